package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moto, an emulator of AWS KMS, as a process that can be stopped for a while. */
final class KmsEmulator implements AutoCloseable {
    static final String INSTALL = "make .sluice/tools/moto as .ci/run does, or set MOTO_SERVER";

    private static final Pattern ADDRESS = Pattern.compile("Running on (http://127\\.0\\.0\\.1:[0-9]+)");

    private final Process process;
    private final URI endpoint;

    private KmsEmulator(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Whether moto is installed. */
    static boolean isInstalled() {
        return Files.isExecutable(server());
    }

    /** Starts one on a free port. */
    static KmsEmulator start() throws IOException {
        Path server = server();
        Process process = new ProcessBuilder(List.of(server.toString(), "-H", "127.0.0.1", "-p", "0"))
                .redirectErrorStream(true)
                .start();
        BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                drain(output);
                return new KmsEmulator(process, URI.create(address.group(1)));
            }
            said.append(line).append('\n');
        }
        process.destroyForcibly();
        throw new IOException("moto_server ended: " + said);
    }

    /** Else the emulator would stop at a full pipe. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(
                () -> {
                    try {
                        output.transferTo(Writer.nullWriter());
                    } catch (IOException e) {
                        return; // the emulator was stopped
                    }
                },
                "moto output");
        reader.setDaemon(true);
        reader.start();
    }

    private static Path server() {
        String given = System.getenv("MOTO_SERVER");
        return given != null
                ? Path.of(given)
                : Path.of(System.getProperty("sluice.home", "."), ".sluice/tools/moto/bin/moto_server");
    }

    URI endpoint() {
        return endpoint;
    }

    /** Lets it hang, as a service behind a dead network does, or go on. */
    void hang(boolean now) throws IOException, InterruptedException {
        new ProcessBuilder("kill", now ? "-STOP" : "-CONT", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** An address where nobody listens. */
    static URI nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }
}
