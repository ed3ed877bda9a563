package io.sluice.benchmarks.decision;

import io.sluice.cli.CommandFailure;
import io.sluice.policies.build.OpaTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An {@code opa run --server} on a free loopback port, over plain HTTP, with one bundle and nothing else: no TLS, no
 * authorization, no decision log. It is as fast as an OPA server gets. It ends with this process.
 */
final class LoopbackOpa implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final int port;
    private final Thread atExit;

    /** Starts it; it answers some time later. */
    LoopbackOpa(OpaTool opa, Path folder, byte[] archive) {
        try {
            Files.write(folder.resolve("bundle.tar.gz"), archive);
            log = folder.resolve("opa.log");
            port = freePort();
            // The bundle is the one that this run has made: there is nobody to verify it against.
            process = new ProcessBuilder(
                            opa.binary().toString(),
                            "run",
                            "--server",
                            "--addr",
                            "127.0.0.1:" + port,
                            "--log-level",
                            "error",
                            "--skip-version-check",
                            "--skip-verify",
                            "--bundle",
                            "bundle.tar.gz")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("opa cannot be run", e);
        }
        atExit = new Thread(process::destroyForcibly, "stop-opa");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** @throws CommandFailure with what it said, if it has ended */
    void requireRunning() {
        if (!process.isAlive()) {
            try {
                throw new CommandFailure("opa ended: " + Files.readString(log).strip());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook does the same
        }
    }
}
