package io.sluice.policies.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * A folder of its own in which OPA finds Rego under the paths of the rulebook, and the capabilities. Gone when it is closed.
 * Not thread-safe.
 */
public final class RegoFolder implements AutoCloseable {
    private static final String CAPABILITIES = "capabilities.json";

    private final Path folder;

    private RegoFolder(Path folder) {
        this.folder = folder;
    }

    /** Lays files out. */
    public static RegoFolder of(SortedMap<String, byte[]> rego) {
        try {
            Path folder = Files.createTempDirectory("sluice-rego");
            RegoFolder laidOut = new RegoFolder(folder);
            for (Map.Entry<String, byte[]> file : rego.entrySet()) {
                laidOut.write(file.getKey(), file.getValue());
            }
            return laidOut;
        } catch (IOException e) {
            throw new UncheckedIOException("The Rego cannot be laid out for opa", e);
        }
    }

    /** Adds a file. */
    public Path write(String name, byte[] content) {
        try {
            Path path = folder.resolve(name);
            Files.createDirectories(path.resolveSibling("."));
            return Files.write(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be laid out for opa", e);
        }
    }

    /** What Rego may call, as a file. */
    public Path capabilities() {
        try (InputStream in = CompiledRego.class.getResourceAsStream(CompiledRego.CAPABILITIES)) {
            return write(CAPABILITIES, in == null ? new byte[0] : in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("The module's capabilities cannot be read", e);
        }
    }

    /** Where it is. */
    public Path path() {
        return folder;
    }

    @Override
    public void close() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be cleared", e);
        }
    }
}
