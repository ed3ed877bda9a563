package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says before there is a Sluice to start. Nothing is built here. */
class LauncherTest {
    private record Run(int code, String said) {}

    @TempDir
    Path folder;

    private Path launcher = Path.of("unset");

    @BeforeEach
    void copy() throws Exception {
        launcher = Files.copy(Path.of(System.getProperty("sluice.home"), "sluice"), folder.resolve("sluice"));
    }

    @Test
    void completionWaitsForNoBuild() throws Exception {
        Run run = run(Map.of(), "completion", "bash");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.said()).contains("nothing is built yet").contains("sluice --version");
    }

    @Test
    void skippingTheBuildNeedsOne() throws Exception {
        Run run = run(Map.of("SLUICE_SKIP_BUILD", "1"), "demo");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.said()).contains("SLUICE_SKIP_BUILD").contains("unset it");
    }

    @Test
    void aWrongJavaHomeIsNamed() throws Exception {
        Run run = run(Map.of("JAVA_HOME", folder.toString()), "demo");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.said()).contains("JAVA_HOME is " + folder).contains("JDK 17");
    }

    @Test
    void anOldJavaIsNamed() throws Exception {
        Path java = Files.createDirectories(folder.resolve("old/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        Run run = run(Map.of("JAVA_HOME", folder.resolve("old").toString()), "demo");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.said()).contains("is Java 11").contains("JDK 17 or later");
    }

    @Test
    void theTestsHaveHelpBeforeAnythingIsBuilt() throws Exception {
        Run run = run(Map.of(), "test", "--help");

        assertThat(run.code()).isZero();
        assertThat(run.said()).startsWith("Usage: sluice test").contains("Exit code");
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", launcher.toString()).redirectErrorStream(true);
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), said);
    }
}
