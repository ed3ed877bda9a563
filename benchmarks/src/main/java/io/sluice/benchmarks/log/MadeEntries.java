package io.sluice.benchmarks.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Entries of records as the protect job makes them for one recipient, in canonical JSON, each of {@link #BYTES} bytes. */
final class MadeEntries {
    /** A record's entry with one recipient and the policy that decided. */
    static final int BYTES = 600;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PAD_TO = BYTES - "\"trace\":\"\",".length();

    private final int subjects;

    /** @param subjects how many there are; they take turns */
    MadeEntries(int subjects) {
        this.subjects = subjects;
    }

    /** The entries from one place up to another. */
    List<byte[]> from(long first, long end) {
        List<byte[]> entries = new ArrayList<>();
        for (long i = first; i < end; i++) {
            entries.add(entry(i));
        }
        return entries;
    }

    /** The reference of the subject that entry {@code i} is about. */
    String subject(long i) {
        StringBuilder letters = new StringBuilder();
        for (long rest = i % subjects; letters.length() < 26; rest /= 26) {
            letters.append((char) ('a' + rest % 26));
        }
        return "s1_" + letters;
    }

    private byte[] entry(long i) {
        String time = START.plusMillis(i).toString();
        String before = "{\"dataset\":\"fhir-observation\",\"id\":\"events.ingress/1/0/" + i
                + "\",\"outcome\":{\"code\":\"decided\"},\"policy\":{\"activation\":1,\"bundle\":\"" + "b".repeat(64)
                + "\",\"entrypoint\":\"sluice/release\",\"revision\":1},\"producer\":\"st-elsewhere\",\"purpose\":\"treatment\""
                + ",\"recipients\":[{\"disposition\":\"release\",\"id\":\"care\"}],\"recorded\":\"" + time
                + "\",\"specversion\":\"1.0\",\"subject\":{\"ref\":\"" + subject(i)
                + "\"},\"tenant\":\"bench\",\"time\":\"" + time + "\",";
        String after = "\"type\":\"io.sluice.audit.record\",\"writer\":\"protect/0\"}";
        String pad = "0".repeat(PAD_TO - before.length() - after.length());
        return (before + "\"trace\":\"" + pad + "\"," + after).getBytes(StandardCharsets.US_ASCII);
    }
}
