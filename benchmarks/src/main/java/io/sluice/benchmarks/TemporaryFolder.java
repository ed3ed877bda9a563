package io.sluice.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for one run, deleted with all in it when it is closed, and when the process is interrupted before. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path root;
    private final Thread atExit = new Thread(this::delete, "delete-temporary-folder");

    private TemporaryFolder(Path root) {
        this.root = root;
    }

    /** Makes one where the system keeps its temporary files ({@code java.io.tmpdir}). */
    public static TemporaryFolder create(String prefix) {
        try {
            TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
            Runtime.getRuntime().addShutdownHook(folder.atExit);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary folder can be made", e);
        }
    }

    /** Where it is. */
    public Path root() {
        return root;
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook does the same
        }
    }

    private void delete() {
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            return; // deleted before
        } catch (IOException e) {
            throw new UncheckedIOException(root + " could not be deleted; delete it by hand", e);
        }
    }
}
