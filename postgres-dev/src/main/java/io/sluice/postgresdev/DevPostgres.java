package io.sluice.postgresdev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server on 127.0.0.1 over a temporary folder that goes with it. Passwords are checked (SCRAM); TLS is offered
 * where a certificate is given. Confined to one thread.
 */
public final class DevPostgres implements AutoCloseable {
    /** The superuser. */
    public static final String ADMIN = "dba";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 10;
    private static final String READY = "database system is ready to accept connections";
    private static final int POLL_MS = 50;
    /** Below Linux' ephemeral range: while the server is down, no outgoing connection takes its port. */
    private static final int LOWEST_PORT = 12_000;

    private static final int HIGHEST_PORT = 20_000;
    private static final int PORT_ATTEMPTS = 100;

    private final Binaries binaries;
    private final Path folder;
    private final ServerUser user;
    private final int port;
    private final boolean tls;
    private final String password = UUID.randomUUID().toString();
    private final Thread atExit = new Thread(this::remove, "postgres-dev");
    private @Nullable Process server;
    private int starts;

    private DevPostgres(Binaries binaries, Path folder, boolean tls) throws IOException {
        this.binaries = binaries;
        this.folder = folder;
        this.tls = tls;
        this.user = ServerUser.of(folder);
        user.own(folder);
        this.port = freePort();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    private static int freePort() throws IOException {
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                // Somebody has it: the next one.
            }
        }
        throw new IOException(
                "no free port between " + LOWEST_PORT + " and " + HIGHEST_PORT + " in " + PORT_ATTEMPTS + " attempts");
    }

    /** Whether this machine has PostgreSQL. Where it has not: {@code apt-get install postgresql}. */
    public static boolean isInstalled() {
        return Binaries.find().isPresent();
    }

    /** Starts a server that offers no TLS. */
    public static DevPostgres start() {
        return start(null, null);
    }

    /**
     * Starts a server.
     *
     * @param chain PEM certificate chain of the server, null for none
     * @param key its private key
     */
    public static DevPostgres start(@Nullable Path chain, @Nullable Path key) {
        Binaries binaries = Binaries.find()
                .orElseThrow(() -> new IllegalStateException(
                        "PostgreSQL is not installed; on Debian: apt-get install postgresql"));
        try {
            DevPostgres postgres =
                    new DevPostgres(binaries, Files.createTempDirectory("sluice-postgres"), chain != null);
            try {
                postgres.init(chain, key);
                postgres.startAgain();
                return postgres;
            } catch (IOException | RuntimeException e) {
                postgres.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }

    /** Where it listens, as {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** The superuser's password. */
    public String password() {
        return password;
    }

    /** kill -9: nothing is written any more, connections break. */
    public void kill() {
        Process running = server;
        if (running != null) {
            running.destroyForcibly();
            running.onExit().join();
            server = null;
        }
    }

    /** Starts it on its folder and port and waits until it takes connections. */
    public void startAgain() throws IOException {
        for (int attempt = 1; ; attempt++) {
            Process started = new ProcessBuilder(binaries.command(
                            user,
                            "postgres",
                            "-D",
                            data().toString(),
                            "-p",
                            Integer.toString(port),
                            "-c",
                            "listen_addresses=127.0.0.1",
                            "-c",
                            "unix_socket_directories=",
                            "-c",
                            "shared_buffers=16MB",
                            "-c",
                            "max_connections=20",
                            "-c",
                            "ssl=" + (tls ? "on" : "off"),
                            // A process that dies takes nothing of the page cache with it.
                            "-c",
                            "fsync=off"))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            server = started;
            if (isUp(started)) {
                return;
            }
            kill();
            // The children of a killed server hold its shared memory for a moment.
            if (attempt == ATTEMPTS) {
                throw new IOException("PostgreSQL does not start:\n" + Files.readString(log()));
            }
        }
    }

    /** Ends it and removes its folder. */
    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void remove() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // Its children may still end; the folder is a temporary one.
            System.getLogger(DevPostgres.class.getName())
                    .log(System.Logger.Level.DEBUG, "The folder " + folder + " is not empty yet", e);
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private void init(@Nullable Path chain, @Nullable Path key) throws IOException {
        Path secret = write("password", password.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        run(binaries.command(
                user,
                "initdb",
                "-D",
                data().toString(),
                "-U",
                ADMIN,
                "--encoding=UTF8",
                "--locale=C",
                "--auth=scram-sha-256",
                "--pwfile=" + secret,
                "--no-sync"));
        if (chain != null && key != null) {
            Path certificate = write("server.crt", Files.readAllBytes(chain));
            Path privateKey = write("server.key", Files.readAllBytes(key));
            Files.writeString(
                    data().resolve("postgresql.auto.conf"),
                    "ssl_cert_file = '" + certificate + "'\nssl_key_file = '" + privateKey + "'\n");
        }
    }

    private Path write(String name, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        user.own(file);
        return file;
    }

    private void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " failed:\n" + Files.readString(log()));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** Whether it takes connections; false where it ended first. */
    private boolean isUp(Process started) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (System.nanoTime() < until) {
                if (started.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                    return false;
                }
                if (Files.readString(log())
                                .lines()
                                .filter(line -> line.contains(READY))
                                .count()
                        > starts) {
                    starts++;
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
        throw new IOException("PostgreSQL is not ready after " + PATIENCE);
    }
}
