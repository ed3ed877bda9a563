package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.ExitCode;
import io.sluice.cli.SluiceMain;
import io.sluice.cli.stack.StackFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user can get wrong at the start of the demo: a clear word, exit code 1 or 2, and nothing made or changed. */
class BadStartIT {
    private record Ended(int exitCode, String out, String err) {}

    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"kafkaPort", "gatewayPort", "managementPort", "auditPort", "revealPort"})
    void aBusyPortIsNamedWithItsSetting(String setting) throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path config = Files.writeString(
                    scratch.resolve("sluice.yaml"), "demo:\n  " + setting + ": " + busy.getLocalPort() + "\n");

            Ended ended = demo("--config", config.toString());

            assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err())
                    .contains("port " + busy.getLocalPort() + " (demo." + setting + ") is in use")
                    .contains("sluice.yaml");
            nothingWasMade(ended);
        }
    }

    @Test
    void onePortForTwoIsRefused() throws Exception {
        int port = free();
        Path config = Files.writeString(
                scratch.resolve("sluice.yaml"), "demo: {gatewayPort: " + port + ", auditPort: " + port + "}\n");

        Ended ended = demo("--config", config.toString());

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("port " + port + " (demo.auditPort) is in use");
    }

    @Test
    void badInputIsNamedBeforeAnythingStarts() throws Exception {
        Path empty = Files.createDirectory(scratch.resolve("empty"));
        Path wrong = Files.createDirectory(scratch.resolve("wrong"));
        Files.writeString(wrong.resolve("a.json"), "{\"resourceType\": \"Patient\", \"id\": \"p\"}");
        Files.writeString(wrong.resolve("b.json"), "{\n  \"resourceType\": Norris\n}");

        Ended missing = demo("--input", scratch.resolve("nowhere").toString());
        Ended nothing = demo("--input", empty.toString());
        Ended broken = demo("--input", wrong.toString());

        assertThat(List.of(missing, nothing, broken)).allSatisfy(ended -> {
            assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
            nothingWasMade(ended);
        });
        assertThat(missing.err()).contains("--input").contains("nowhere").contains("cannot be read as a folder");
        assertThat(nothing.err()).contains("holds no .json file");
        assertThat(broken.err())
                .contains("b.json")
                .contains("is not JSON, line 2")
                .doesNotContain("Norris"); // a message quotes no content: it may be personal
    }

    @Test
    void aBrokenRulebookIsNamedWithFileAndLine() throws Exception {
        Path rulebook = Rulebooks.copy(scratch.resolve("rulebook"));
        Path file = rulebook.resolve("protections/research-fhir.yaml");
        Files.writeString(file, Files.readString(file).replace("date.birth: generalise.age90", "date.birth: blur"));

        Ended ended = demo("--rulebook", rulebook.toString());

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err())
                .containsPattern("protections/research-fhir\\.yaml:[0-9]+")
                .contains("blur");
        nothingWasMade(ended);
        assertThat(demo("--rulebook", scratch.resolve("none").toString()).err()).contains("none");
    }

    @Test
    void theDataFolderOfAnotherProcessIsLeftAlone() {
        try (StackFolder held = StackFolder.claim(scratch.resolve("kept"))) {
            Ended ended = demo();

            assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains(held.root() + " is in use by another sluice process");
        }
    }

    @Test
    void aFolderOfOthersIsLeftAlone() throws Exception {
        Path kept = Files.createDirectory(scratch.resolve("kept"));
        Files.writeString(kept.resolve("thesis.txt"), "mine");

        Ended ended = demo();

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("thesis.txt");
        try (Stream<Path> files = Files.list(kept)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(scratch.resolve("kept"), "a file");

        Ended ended = demo();

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains(scratch.resolve("kept") + " is a file");
    }

    @Test
    void aWrongOptionIsUsage() {
        assertThat(demo("--event", "12").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(demo("--events", "many").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(demo("--events", "-1").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private void nothingWasMade(Ended ended) {
        assertThat(ended.out()).isEmpty();
        assertThat(scratch.resolve("kept")).doesNotExist();
    }

    private Ended demo(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "demo",
                "--once",
                "-o",
                "json",
                "--keep",
                scratch.resolve("kept").toString()));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = SluiceMain.run(arguments.toArray(String[]::new), printing(out), printing(err));
        return new Ended(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream printing(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
