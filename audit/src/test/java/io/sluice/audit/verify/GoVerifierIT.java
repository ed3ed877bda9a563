package io.sluice.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P8: Go's own sumdb packages, copied unmodified from the Go distribution, verify a log that we wrote. Skipped,
 * with a reason, where there is no Go.
 */
class GoVerifierIT {
    private static final List<String> PACKAGES = List.of("note", "tlog");

    @TempDir
    Path work;

    @Test
    void goVerifiesOurLogAndRefusesAChangedOne() throws Exception {
        Path verifier = build();
        Path log = work.resolve("log");
        EntryFixture.write(
                log,
                EntryFixture.newKey(),
                EntryFixture.records(0, 0, 300),
                EntryFixture.records(0, 300, 1),
                EntryFixture.records(0, 301, 60_000 - 301),
                EntryFixture.records(0, 60_000, 6_000),
                EntryFixture.records(0, 66_000, 123));

        assertThat(run(work, List.of(verifier.toString(), log.toString()))).contains("VERIFIED 66123 entries");

        Path tile = log.resolve("tile/0/007");
        byte[] bytes = Files.readAllBytes(tile);
        bytes[100] ^= 1;
        Files.write(tile, bytes);
        assertThat(run(work, List.of(verifier.toString(), log.toString()))).contains("FAILED");
    }

    private Path build() throws Exception {
        Path goRoot = goRoot();
        Path sumdb = goRoot.resolve("src/cmd/vendor/golang.org/x/mod/sumdb");
        assumeTrue(
                Files.isDirectory(sumdb.resolve("tlog")), () -> skipped("this Go distribution has no vendored sumdb"));
        Path module = Files.createDirectories(work.resolve("module"));
        copy(Path.of(System.getProperty("sluice.home"), "audit/src/test/go/verify"), module);
        for (String name : PACKAGES) {
            copy(sumdb.resolve(name), Files.createDirectories(module.resolve(name)));
        }
        Path binary = module.resolve("verify.bin");
        String said = run(module, List.of("go", "build", "-o", binary.toString(), "."));
        assertThat(binary).as(said).exists();
        return binary;
    }

    private Path goRoot() throws Exception {
        try {
            return Path.of(run(work, List.of("go", "env", "GOROOT")).strip());
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("go is missing: without it nobody tries the verifier in Go", e);
            }
            assumeTrue(false, skipped("go is not on the PATH"));
            throw e;
        }
    }

    private static String skipped(String reason) {
        String message = "GoVerifierIT skipped: " + reason;
        System.out.println(message);
        return message;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith("_test.go"))
                    .toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static String run(Path directory, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true);
        builder.directory(directory.toFile());
        builder.environment().put("GOFLAGS", "-mod=mod");
        builder.environment().put("GOPROXY", "off");
        builder.environment().put("GOTOOLCHAIN", "local");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
