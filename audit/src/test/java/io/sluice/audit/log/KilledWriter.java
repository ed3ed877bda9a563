package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.SigningKey;
import io.sluice.core.encoding.CanonicalJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A writer in a process of its own, to be killed: appends for ever, and says each size once it is durable. Where the disk is
 * full it says so, and opens the log again as the room does.
 */
final class KilledWriter {
    static final String FULL = "full";

    private final Process process;
    private final BufferedReader said;

    private KilledWriter(Process process) {
        this.process = process;
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static KilledWriter start(Path log, Path keyFile) throws IOException {
        return new KilledWriter(new ProcessBuilder(java(KilledWriter.class, log.toString(), keyFile.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** A command that runs a class of these tests. */
    static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // a short life: optimising would cost more than it saves
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What it says next: a size, or {@link #FULL}. */
    String next() throws IOException {
        String line = said.readLine();
        assertThat(line).as("it ended by itself").isNotNull();
        return line;
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL. Returns the last size that it said and nobody had read; -1 for none. */
    long kill() throws Exception {
        process.destroyForcibly();
        assertThat(process.waitFor()).as("killed, not ended").isEqualTo(137);
        long size = -1;
        try (said) {
            StringBuilder line = new StringBuilder();
            for (int c = said.read(); c >= 0; c = said.read()) {
                if (c == '\n') {
                    size = line.indexOf(FULL) == 0 ? size : Long.parseLong(line.toString());
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
            }
        } catch (IOException e) {
            return size; // the stream was closed with the process
        }
        return size;
    }

    /** The root of a log that holds each entry once, in order. */
    static Hash root(long size) {
        CompactRange range = CompactRange.empty();
        for (long i = 0; i < size; i++) {
            range.append(TreeHashes.leaf(entry(i)));
        }
        return range.root();
    }

    static byte[] entry(long index) {
        return CanonicalJson.bytes(Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/0/" + index,
                "type",
                "io.sluice.audit.record",
                "outcome",
                Map.of("code", "decided")));
    }

    public static void main(String[] arguments) throws Exception {
        SigningKey key = SigningKey.read(Path.of(arguments[1]));
        AuditLogConfig config = new AuditLogConfig(Path.of(arguments[0]), key);
        Random random = new Random();
        while (true) {
            try (AuditLog log = AuditLog.open(config)) {
                while (true) {
                    append(log, random);
                }
            } catch (LogException e) {
                if (e.fault() != LogException.Fault.IO) {
                    throw e; // which ends it, and that is found
                }
                System.out.println(FULL);
                System.out.flush();
            }
        }
    }

    private static void append(AuditLog log, Random random) {
        List<byte[]> batch = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 900 : 30);
        for (int i = 0; i < count; i++) {
            batch.add(entry(log.size() + i));
        }
        System.out.println(log.append(batch, log.nextOffset() + count + 1).size());
        System.out.flush();
    }
}
