package io.sluice.cli.demo;

import io.sluice.jobs.deliver.FinishedParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the deliver job has finished. Finished files never change, so each is counted once. Used by one thread. */
final class Delivered {
    private final Path root;
    private final Map<Path, Long> lines = new HashMap<>();

    Delivered(Path root) {
        this.root = root;
    }

    /** Lines of everybody's finished files. */
    long lines() {
        try (Stream<Path> folders = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
            long total = 0;
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                for (Path part : FinishedParts.of(folder)) {
                    total += lines.computeIfAbsent(part, Delivered::count);
                }
            }
            return total;
        } catch (IOException e) {
            throw new UncheckedIOException(root + " cannot be listed", e);
        }
    }

    /** One file of all that is finished. */
    void merge(String recipient, Path target) {
        try {
            Files.createDirectories(root.resolve(recipient));
            FinishedParts.merge(root.resolve(recipient), target);
        } catch (IOException e) {
            throw new UncheckedIOException("The views of " + recipient + " cannot be put together", e);
        }
    }

    /** The line of a released id. */
    static Optional<String> find(Path file, String releasedId) {
        try (Stream<String> all = Files.lines(file)) {
            return all.filter(line -> line.contains("\"" + releasedId + "\"")).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static long count(Path part) {
        try (Stream<String> all = Files.lines(part)) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(part + " cannot be read", e);
        }
    }
}
