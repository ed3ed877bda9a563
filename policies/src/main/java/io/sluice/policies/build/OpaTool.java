package io.sluice.policies.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The real OPA binary, for those who edit Rego: {@code $OPA}, then {@code PATH}, then the project's tool cache. Stateless
 * and thread-safe.
 */
public final class OpaTool {
    /** The line that installs it, told where it is missing. */
    public static final String INSTALL = "go install github.com/open-policy-agent/opa@v1.22.2";

    /** Longest run. */
    public static final Duration MAX_RUN = Duration.ofMinutes(3);

    private static final int MAX_OUTPUT_BYTES = 16_000_000;

    private final Path binary;

    private OpaTool(Path binary) {
        this.binary = binary;
    }

    /**
     * Looks for the binary.
     *
     * @param environment the process's environment
     * @param home the project's root, whose {@code .sluice/tools/opa} is looked at last; null where there is none
     */
    public static Optional<OpaTool> find(Map<String, String> environment, @Nullable Path home) {
        List<Path> candidates = new ArrayList<>();
        String named = environment.get("OPA");
        if (named != null && !named.isEmpty()) {
            candidates.add(Path.of(named));
        }
        for (String folder : environment.getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (!folder.isEmpty()) {
                candidates.add(Path.of(folder, "opa"));
            }
        }
        if (home != null) {
            candidates.add(home.resolve(".sluice/tools/opa"));
        }
        return candidates.stream()
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst()
                .map(path -> new OpaTool(path.toAbsolutePath()));
    }

    /**
     * Outcome of a run.
     *
     * @param status exit status
     * @param output standard output
     * @param errors standard error
     */
    public record Run(int status, String output, String errors) {}

    /** Where it was found. */
    public Path binary() {
        return binary;
    }

    /** Runs it in a folder with arguments, to its end. */
    public Run run(Path folder, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(Arrays.asList(arguments));
        try {
            Path out = Files.createTempFile("opa", ".out");
            Path err = Files.createTempFile("opa", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(MAX_RUN.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException("opa did not end within " + MAX_RUN.toSeconds() + " s");
                }
                return new Run(process.exitValue(), text(out), text(err));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("opa cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while opa ran", e);
        }
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
        }
    }
}
