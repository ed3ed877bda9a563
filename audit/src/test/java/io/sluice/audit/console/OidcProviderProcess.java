package io.sluice.audit.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A certified OpenID provider ({@code oidc-provider} on Node.js) as a process. */
final class OidcProviderProcess implements AutoCloseable {
    static final String INSTALL = "needs node and .sluice/tools/oidc: npm ci in .ci/oidc as .ci/run does";

    private final Process process;
    private final int port;

    private OidcProviderProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether Node.js and the provider are here. */
    static boolean isInstalled() {
        return Files.exists(modules().resolve("oidc-provider/package.json"))
                && java.util.stream.Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    }

    /** Starts one. @param redirect where it sends browsers back to */
    static OidcProviderProcess start(Path folder, URI redirect) throws IOException {
        Path script = folder.resolve("provider.mjs");
        try (InputStream resource = OidcProviderProcess.class.getResourceAsStream("/oidc/provider.mjs")) {
            Files.write(script, Objects.requireNonNull(resource).readAllBytes());
        }
        Process process = new ProcessBuilder(
                        "node", script.toString(), modules().toAbsolutePath().toString(), redirect.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("ready ")) {
                drain(output);
                return new OidcProviderProcess(process, Integer.parseInt(line.substring("ready ".length())));
            }
        }
        process.destroyForcibly();
        throw new IOException("the provider ended: " + said);
    }

    /** Else it would stop at a full pipe. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(
                () -> {
                    try {
                        output.transferTo(Writer.nullWriter());
                    } catch (IOException e) {
                        return; // it was stopped
                    }
                },
                "oidc-provider output");
        reader.setDaemon(true);
        reader.start();
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static Path modules() {
        return Path.of(System.getProperty("sluice.home", "."), ".sluice/tools/oidc/node_modules");
    }

    String issuer() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
