package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class SluiceMainTest {
    private record Run(int code, String out, String err) {}

    private static Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = SluiceMain.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Stream<String> commands() {
        return names("", SluiceCommand.commandLine(Terminal.detect()));
    }

    private static Stream<String> names(String prefix, CommandLine commandLine) {
        return commandLine.getSubcommands().entrySet().stream()
                .flatMap(entry -> Stream.concat(
                        Stream.of((prefix + " " + entry.getKey()).strip()),
                        names(prefix + " " + entry.getKey(), entry.getValue())));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithItsPurposeAndItsExitCodes(String command) {
        String[] arguments = (command + " --help").split(" ");

        Run run = run(arguments);

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: sluice " + command).contains("Exit code:");
        assertThat(run.out().split("\n")[1]).isNotBlank();
    }

    @Test
    void plansTheClusterForPrograms(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), "tenant: acme");

        Run run = run("cluster", "plan", "-o", "json", "--config", file.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("\"name\":\"acme.events.ingress\",\"partitions\":12,\"replicationFactor\":3")
                .contains("\"min.insync.replicas\":\"2\"")
                .contains("\"principal\":\"User:gateway\"");
    }

    @Test
    void anUnknownOptionIsAUsageErrorThatNamesTheLikelyOne() {
        Run run = run("config", "--ouput", "json");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--ouput").contains("--output").contains("sluice config --help");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void anUnknownCommandIsAUsageErrorThatNamesTheLikelyOne() {
        Run run = run("confg");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("config");
    }

    @Test
    void noCommandIsAUsageError() {
        assertThat(run().code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("certs").err()).contains("Missing command").contains("dev");
    }

    @Test
    void aWrongConfigurationIsReportedWithoutAStackTrace(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), "gateway: {prot: 1}");

        Run run = run("config", "--config", file.toString());

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("did you mean gateway.port?").doesNotContain("\tat ");
    }

    @Test
    void verboseShowsTheStackTrace(@TempDir Path folder) {
        Run run = run(
                "config", "--verbose", "--config", folder.resolve("none.yaml").toString());

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("\tat io.sluice.");
    }

    @Test
    void printsTheEffectiveConfigurationForPrograms() {
        Run run = run("config", "-o", "json");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("{\"tenant\":\"dev\"").contains("\"maxBody\":\"1MiB\"");
    }

    @Test
    void makesADevelopmentPki(@TempDir Path folder) {
        Run run = run("certs", "dev", "--dir", folder.resolve("pki").toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("st-elsewhere").contains("Trust anchor");
        assertThat(folder.resolve("pki/root.crt.pem")).exists();
    }
}
