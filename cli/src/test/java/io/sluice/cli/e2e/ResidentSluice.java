package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.sluice.cli.SluiceMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A launcher whose commands all run in one JVM: thirty of them, each in its own, would spend most of their time on starting.
 * That JVM has folder and environment of whoever calls; a call from elsewhere is refused.
 *
 * <p>A call is a folder: {@code arguments} (each ended by NUL) and {@code in} of the caller; then what the command says, in
 * the order in which it does, as numbered files {@code .out} and {@code .err}. Its exit code is the answer.
 */
final class ResidentSluice implements AutoCloseable {
    private static final String LAUNCHER = """
            #!/usr/bin/env bash
            if [ "$PWD" != '%s' ] || [ "${SLUICE_CONFIG:-}" != '%s' ]; then
              echo "not run: called from $PWD with SLUICE_CONFIG=${SLUICE_CONFIG:-}" >&2
              exit 70
            fi
            call=$(mktemp -d '%s/call.XXXXXX')
            printf '%%s\\0' "$@" >"$call/arguments"
            cat >"$call/in"
            exec 3<>/dev/tcp/127.0.0.1/%d
            printf '%%s\\n' "$call" >&3
            read -r code <&3
            for said in "$call"/said.*; do
              case $said in
                *.out) cat "$said" ;;
                *.err) cat "$said" >&2 ;;
              esac
            done
            exit "${code:-70}"
            """;

    private final Process process;

    private ResidentSluice(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until {@code sluice} stands in the folder.
     *
     * @param environment a script that the caller's shell sources, relative to the folder
     */
    static ResidentSluice start(Path folder, String environment) throws IOException {
        Path launcher = folder.resolve("sluice");
        List<String> java = new ArrayList<>(SluiceProcess.java(folder));
        java.set(java.size() - 1, ResidentSluice.class.getName());
        java.add(launcher.toString());
        List<String> command = new ArrayList<>(List.of("bash", "-c", ". \"$0\" && exec \"$@\"", "./" + environment));
        command.addAll(java);
        Path said = folder.resolve("resident-sluice.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            if (!process.isAlive()) {
                throw new IOException("It ended: " + Files.readString(said));
            }
            return Files.exists(launcher);
        });
        return new ResidentSluice(process);
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Serves one call after the other until it is killed. @param arguments where the launcher is put */
    public static void main(String[] arguments) throws IOException {
        Path launcher = Path.of(arguments[0]);
        try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            Path draft = Files.writeString(
                    launcher.resolveSibling("sluice.new"),
                    LAUNCHER.formatted(
                            Path.of("").toAbsolutePath(),
                            System.getenv("SLUICE_CONFIG"),
                            System.getProperty("java.io.tmpdir"),
                            socket.getLocalPort()));
            if (!draft.toFile().setExecutable(true)) {
                throw new IOException(draft + " cannot be made executable");
            }
            Files.move(draft, launcher, StandardCopyOption.ATOMIC_MOVE);
            while (true) {
                try (Socket caller = socket.accept()) {
                    BufferedReader asked = new BufferedReader(new InputStreamReader(caller.getInputStream(), UTF_8));
                    int code = call(Path.of(asked.readLine()));
                    caller.getOutputStream().write((code + "\n").getBytes(UTF_8));
                }
            }
        }
    }

    private static int call(Path folder) throws IOException {
        String[] arguments = Files.readString(folder.resolve("arguments")).split("\0");
        Said said = new Said(folder);
        try (InputStream in = Files.newInputStream(folder.resolve("in"));
                PrintStream out = said.stream(".out");
                PrintStream err = said.stream(".err")) {
            System.setIn(in);
            return SluiceMain.run(arguments, out, err);
        }
    }

    /** What a command says on two streams; safe for several threads. */
    private static final class Said {
        private final Path folder;
        private int files = 100; // names sort as their numbers do
        private String last = "";

        Said(Path folder) {
            this.folder = folder;
        }

        PrintStream stream(String name) {
            return new PrintStream(
                    new OutputStream() {
                        @Override
                        public void write(int one) throws IOException {
                            write(new byte[] {(byte) one}, 0, 1);
                        }

                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            add(name, Arrays.copyOfRange(bytes, offset, offset + length));
                        }
                    },
                    true,
                    UTF_8);
        }

        private synchronized void add(String name, byte[] bytes) throws IOException {
            if (!last.equals(name)) {
                files++;
                last = name;
            }
            Files.write(
                    folder.resolve("said." + files + name),
                    bytes,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
