package io.sluice.audit.report;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.prune.Pruner;
import io.sluice.audit.prune.Retention;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A log of entries that a test makes up one by one, with the bundle and plans that they cite. */
final class ReportLog {
    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private final Path folder;
    private final SigningKey key = EntryFixture.newKey();
    private final List<byte[]> entries = new ArrayList<>();
    private final PolicyArchive archive;
    private String bundle = "";
    private String about = "";
    private int prunings;
    private long offset;

    ReportLog(Path folder) {
        this.folder = folder;
        this.archive = new PolicyArchive(folder.resolve("archive"));
    }

    /** From now on records cite a bundle with that rulebook. */
    ReportLog rulebook(Map<String, Object> rulebook) {
        byte[] archived = BundleArchive.write(
                new TreeMap<>(Map.of(BundleFiles.DATA, CanonicalJson.bytes(Map.of("rulebook", rulebook)))));
        bundle = Sha256.hex(archived);
        archive.keepPolicy("bundle/" + bundle, archived);
        return this;
    }

    /** Keeps a plan: patterns and what is done to them, in that order; returns its digest. */
    String plan(Map<String, String> transforms) {
        List<Map<String, Object>> fields = new ArrayList<>();
        transforms.forEach((pattern, transform) -> fields.add(
                Map.of("pattern", pattern, "transform", transform, "params", Map.of(), "rule", "r#" + pattern)));
        byte[] plan = CanonicalJson.bytes(Map.of("version", 1, "fields", fields));
        archive.keepPlan(Sha256.hex(plan), plan);
        return Sha256.hex(plan);
    }

    /** A recipient of an entry that got nothing. */
    static Map<String, Object> withheld(String id, String rule) {
        return Map.of(
                "id",
                id,
                "disposition",
                "withhold",
                "reasons",
                List.of(Map.of("rule", rule, "clause", "GDPR Art. 25(2)")));
    }

    static Map<String, Object> quarantined(String id) {
        return Map.of("id", id, "disposition", "quarantine", "code", "undeclared-content");
    }

    /** A recipient that got a view: what matched once of a plan, by the pattern's index. */
    static Map<String, Object> released(String id, String plan, Map<String, String> legal, int... patterns) {
        List<List<Integer>> counts = new ArrayList<>();
        for (int pattern : patterns) {
            counts.add(List.of(pattern, 1));
        }
        Map<String, Object> recipient = new LinkedHashMap<>();
        recipient.put("id", id);
        recipient.put("disposition", "release");
        recipient.put("plan", plan);
        recipient.put("releasedId", "r1_" + "d".repeat(26));
        recipient.put("patterns", counts);
        recipient.put("undeclared", 0);
        recipient.put("legal", legal);
        recipient.put("reasons", List.of(Map.of("rule", id + "-protection")));
        return recipient;
    }

    /** A record that was decided; times are {@link #NOW} and so many seconds. */
    @SafeVarargs
    final ReportLog decided(
            String dataset, String subject, long second, List<String> regimes, Map<String, Object>... recipients) {
        Map<String, Object> entry = record(dataset, subject, second);
        entry.put("regimes", regimes);
        entry.put("recipients", List.of(recipients));
        entry.put("outcome", Map.of("code", "decided"));
        return add(entry);
    }

    /** From now on records that are not decided, and further attempts, are about that subject. */
    ReportLog about(String subject) {
        about = subject;
        return this;
    }

    /** A record that was not decided: it names no regime, policy or controller. */
    ReportLog outcome(String dataset, String code, long second) {
        Map<String, Object> entry = record(dataset, about, second);
        entry.keySet().removeAll(List.of("regimes", "policy", "controller"));
        entry.put("outcome", Map.of("code", code));
        return add(entry);
    }

    /** A further attempt at a position. */
    @SafeVarargs
    final ReportLog attempt(
            String dataset, String id, List<String> open, long second, Map<String, Object>... recipients) {
        Map<String, Object> entry = record(dataset, about, second);
        offset--; // it has no position of its own
        entry.put("id", id + "#1");
        entry.put("requeue", Map.of("first", id, "open", open));
        entry.put("recipients", List.of(recipients));
        entry.put("outcome", Map.of("code", "decided"));
        return add(entry);
    }

    ReportLog act(String code, String actor, long second, Map<String, Object> detail) {
        Map<String, Object> entry = envelope("0199-" + entries.size(), "io.sluice.audit.act", second);
        entry.put("code", code);
        entry.put("actor", actor);
        entry.put("detail", detail);
        return add(entry);
    }

    /** An act of an officer about a subject. */
    ReportLog actAbout(String subject, String code, long second, Map<String, Object> detail) {
        Map<String, Object> entry = envelope("0199-" + entries.size(), "io.sluice.audit.act", second);
        entry.put("code", code);
        entry.put("actor", "ada");
        entry.put("detail", detail);
        entry.put("subject", Map.of("ref", subject));
        return add(entry);
    }

    /** Leaves a position without an entry. */
    ReportLog gap() {
        offset++;
        return this;
    }

    private Map<String, Object> record(String dataset, String subject, long second) {
        Map<String, Object> entry = envelope("events.ingress/1/0/" + offset++, "io.sluice.audit.record", second);
        entry.put("dataset", dataset);
        entry.put("producer", "clinic");
        entry.put("purpose", "treatment");
        entry.put("controller", "hospital");
        entry.put("regimes", List.of("hipaa"));
        if (!subject.isEmpty()) {
            entry.put("subject", Map.of("ref", subject, "region", "US"));
        }
        entry.put("policy", Map.of("activation", 1, "revision", 1, "bundle", bundle));
        return entry;
    }

    private ReportLog add(Map<String, Object> entry) {
        entries.add(CanonicalJson.bytes(entry));
        return this;
    }

    private static Map<String, Object> envelope(String id, String type, long second) {
        String time = NOW.plusSeconds(second).toString();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("specversion", "1.0");
        entry.put("id", id);
        entry.put("type", type);
        entry.put("tenant", "dev");
        entry.put("writer", "test");
        entry.put("time", time);
        entry.put("recorded", time);
        return entry;
    }

    /** The report of the log as it is now. */
    Report report(String name, Map<String, String> given) {
        return report(name, given, 1_000_000);
    }

    /** The report that a review was of. */
    Report reviewed(Review review) {
        return ask(desk -> desk.reviewed(review));
    }

    /** The same with room for so many entries. */
    Report report(String name, Map<String, String> given, long maxEntries) {
        return ask(desk -> desk.make(ReportQuestion.of(name, given), null, maxEntries));
    }

    /** Prunes what is before an entry, years later. */
    void prune(long to) {
        write();
        Path log = folder.resolve("log");
        Clock later = Clock.fixed(NOW.plus(Duration.ofDays(++prunings * 1_000L)), ZoneOffset.UTC);
        Pruner pruner = new Pruner(log, key.verifier(), java.util.Set::of, later);
        pruner.prune(
                pruner.plan(new Retention(to, null, later.instant())),
                "dev",
                "CN=ada",
                Map.of("why", "retention"),
                act -> EntryFixture.write(log, key, List.of(act.canonical())),
                Duration.ofMinutes(1));
    }

    private Path write() {
        Path log = folder.resolve("log");
        if (!entries.isEmpty()) {
            EntryFixture.write(log, key, entries);
            entries.clear();
        }
        return log;
    }

    private Report ask(Function<ReportDesk, Report> question) {
        Path log = write();
        try (AuditIndex index = AuditIndex.open(
                new AuditIndexConfig(folder.resolve("index.sqlite"), FileLogStore.source(log), key.verifier()))) {
            return question.apply(new ReportDesk(index, archive));
        }
    }
}
