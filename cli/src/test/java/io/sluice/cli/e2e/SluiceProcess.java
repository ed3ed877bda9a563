package io.sluice.cli.e2e;

import io.sluice.cli.SluiceMain;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The {@code sluice} command in a JVM of its own, as the launcher starts it. */
final class SluiceProcess {
    /** How a finished command ended. */
    record Result(int exitCode, String out, String err) {}

    private static final String UNVERIFIED = "-XX:-BytecodeVerificationRemote";

    private final Process process;
    private final Path out;
    private final Path err;

    private SluiceProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The words of a command line that a verb is appended to. */
    static List<String> java(Path scratch) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx1500m",
                "-XX:MetaspaceSize=256m",
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1", // a short life: optimising would cost more than it saves
                "-XX:ReservedCodeCacheSize=240m",
                "-XX:+UnlockDiagnosticVMOptions",
                UNVERIFIED,
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.time=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "-Dkeystore.pkcs12.keyPbeIterationCount=1",
                "-Dsluice.home=" + System.getProperty("sluice.home"),
                "-Djava.io.tmpdir=" + Files.createDirectories(scratch.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                "io.sluice.cli.SluiceMain");
    }

    /**
     * Starts a command; its output goes to files in {@code scratch}. Its classes are not verified, a fifth of what a start
     * costs: those of {@link #run} are.
     */
    static SluiceProcess start(Path scratch, String... arguments) throws IOException {
        return start(scratch, java(scratch), arguments);
    }

    private static SluiceProcess start(Path scratch, List<String> java, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(arguments));
        Files.createDirectories(scratch);
        Path out = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(new File(System.getProperty("sluice.home")))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(process::destroyForcibly)); // where a test fails before it ends it
        return new SluiceProcess(process, out, err);
    }

    /** Runs a command to its end, with all that the JVM checks where Sluice is run. */
    static Result run(Path scratch, Duration limit, String... arguments) throws IOException, InterruptedException {
        List<String> checked = new ArrayList<>(java(scratch));
        checked.remove(UNVERIFIED);
        return start(scratch, checked, arguments).await(limit);
    }

    /**
     * Runs a command to its end in this JVM, where nothing ends it but itself: for what follows on a process, and would spend
     * most of another one's time on starting it.
     */
    static Result here(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = SluiceMain.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Result await(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError(
                    "Not ended after " + limit + ":\n" + Files.readString(out) + Files.readString(err));
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** kill -9: no shutdown hook runs. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As Ctrl-C does: asks it to end, and waits until it has. */
    Result terminate(Duration limit) throws IOException, InterruptedException {
        process.destroy();
        return await(limit);
    }

    /** Sends it a signal, as {@code STOP} or {@code CONT}; returns when it was sent, a stopped one when it stands still. */
    void signal(String name) throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        tool("kill", "-" + name, pid);
        if (name.equals("STOP")) {
            Awaitility.await("it stands still")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> tool("ps", "-o", "state=", "-p", pid).startsWith("T"));
        }
    }

    /** Writes what is reachable in its heap to a file (HPROF). */
    void dumpHeap(Path file) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        tool(jcmd, Long.toString(process.pid()), "GC.heap_dump", file.toString());
    }

    /** How much memory it has in use, as the system sees it. */
    long residentKb() throws IOException, InterruptedException {
        return Long.parseLong(
                tool("ps", "-o", "rss=", "-p", Long.toString(process.pid())).strip());
    }

    private static String tool(String... command) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it wrote to standard output so far. */
    String output() throws IOException {
        return Files.readString(out);
    }

    /** What it wrote to standard error so far. */
    String errors() throws IOException {
        return Files.readString(err);
    }
}
