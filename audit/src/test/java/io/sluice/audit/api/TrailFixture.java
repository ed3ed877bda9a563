package io.sluice.audit.api;

import static java.util.Objects.requireNonNull;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A log whose records the shipped rulebook decided, with the plans that it cites, and acts with texts that do harm. */
public final class TrailFixture {
    public static final int RECORDS = 60;
    public static final int ENTRIES = RECORDS + 3;
    /** An act whose texts are markup and formulas. */
    public static final int HOSTILE = RECORDS + 1;

    public static final String SUBJECT = "s1_" + "a".repeat(26);
    public static final String OTHER_SUBJECT = "s1_" + "b".repeat(26);

    private final Path folder;
    private final SigningKey key = EntryFixture.newKey();

    public TrailFixture(Path folder) {
        this.folder = folder;
        PolicyArchive archive = new PolicyArchive(archive());
        archive.keepPolicy("activation/1", CanonicalJson.bytes(Map.of("activation", 1)));
        ReleaseInput input = input();
        Decision decision = ShippedPolicy.policy().release(input);
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            entries.add(record(i, input, decision, archive));
        }
        entries.add(act("0199-policy", "policy-activated", "ada", Map.of("activation", 1, "revision", 1)));
        entries.add(act(
                "0199-hostile",
                "quarantine-requeued",
                "=cmd|' /C calc'!A0",
                Map.of("why", "<script>alert(1)</script>\"'&", "count", 1, "revision", 1, "activation", 1)));
        entries.add(act("0199-heartbeat", "heartbeat", "audit/0", Map.of("from", 0, "to", RECORDS + 2)));
        EntryFixture.write(log(), key, entries);
    }

    public Path log() {
        return folder.resolve("log");
    }

    public Path archive() {
        return folder.resolve("archive");
    }

    public AuditIndexConfig indexConfig() {
        return new AuditIndexConfig(
                folder.resolve("index").resolve("audit.sqlite"), FileLogStore.source(log()), key.verifier());
    }

    /** A desk that has caught up. The index is the caller's to close. */
    public LogDesk desk(AuditIndex index) {
        LogDesk desk = new LogDesk(index, new PolicyArchive(archive()), System::nanoTime);
        desk.catchUp();
        return desk;
    }

    private static ReleaseInput input() {
        return new ReleaseInput(
                LocalDate.parse("2026-11-26"),
                "fhir-patient",
                "st-elsewhere",
                "st-elsewhere",
                "St. Elsewhere Hospital",
                "treatment",
                "US",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>());
    }

    private static byte[] record(int i, ReleaseInput input, Decision decision, PolicyArchive archive) {
        List<Map<String, Object>> recipients = new ArrayList<>();
        decision.recipients().forEach((id, of) -> {
            Map<String, Object> recipient = new LinkedHashMap<>();
            recipient.put("id", id);
            recipient.put("disposition", of.disposition().code());
            recipient.put("reasons", of.reasons().stream().map(Reason::toJson).toList());
            ProtectionPlan plan = of.plan();
            if (plan != null) {
                archive.keepPlan(plan.digest(), plan.canonical());
                recipient.put("plan", plan.digest());
                recipient.put("releasedId", "r1_" + "c".repeat(26));
                recipient.put("patterns", List.of(List.of(0, 1), List.of(1, 2), List.of(2, 1)));
                recipient.put("undeclared", 3);
                recipient.put("legal", Map.of("purpose", plan.purpose()));
            }
            recipients.add(recipient);
        });
        Map<String, Object> entry =
                new LinkedHashMap<>(envelope("events.ingress/1/0/" + i, "io.sluice.audit.record", i));
        entry.put("dataset", input.dataset());
        entry.put("producer", "st-elsewhere");
        entry.put("purpose", "treatment");
        entry.put("subject", Map.of("ref", i % 2 == 0 ? SUBJECT : OTHER_SUBJECT));
        entry.put("policy", Map.of("activation", 1, "revision", 1));
        entry.put("input", input.toJson());
        entry.put("outcome", Map.of("code", "decided"));
        entry.put("recipients", recipients);
        return CanonicalJson.bytes(entry);
    }

    private static byte[] act(String id, String code, String actor, Map<String, Object> detail) {
        Map<String, Object> entry = new LinkedHashMap<>(envelope(id, "io.sluice.audit.act", RECORDS));
        entry.put("code", code);
        entry.put("actor", actor);
        entry.put("detail", detail);
        return CanonicalJson.bytes(entry);
    }

    private static Map<String, Object> envelope(String id, String type, int second) {
        String time = requireNonNull(ShippedPolicy.NOW.plusSeconds(second).toString());
        return Map.of(
                "specversion",
                "1.0",
                "id",
                id,
                "type",
                type,
                "tenant",
                ShippedPolicy.TENANT,
                "writer",
                "test",
                "time",
                time,
                "recorded",
                time);
    }
}
