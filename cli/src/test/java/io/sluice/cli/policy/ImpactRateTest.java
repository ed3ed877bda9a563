package io.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.SigningKey;
import io.sluice.cli.e2e.Rulebooks;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.check.Features;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.explain.Replay;
import io.sluice.policies.impact.ImpactReport;
import io.sluice.policies.load.RulebookLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures, on request: {@code -Dsluice.impact.rate=1000000}, the impact of a draft over so many entries of a log, as the
 * protect job writes them: every question that the rulebook's producers can ask in a week, 50,000 subjects.
 */
@EnabledIfSystemProperty(named = "sluice.impact.rate", matches = "[0-9]+")
class ImpactRateTest {
    private static final int BATCH = 30_000;
    private static final int SUBJECTS = 50_000;
    private static final int DAYS = 7;

    @Test
    void measuresTheImpactOfADraft(@TempDir Path folder) throws Exception {
        int total = Integer.getInteger("sluice.impact.rate");
        Path edited = Rulebooks.copy(folder.resolve("draft"));
        Path protection = edited.resolve("protections/research-fhir.yaml");
        Files.writeString(
                protection,
                Files.readString(protection).replace("demographic.gender: keep", "demographic.gender: drop"));
        ActivePolicy before = policy(Officers.RULEBOOK);
        List<Map<String, Object>> shapes = shapes(before);
        SigningKey key = SigningKey.generate("sluice.example/impact", new SecureRandom());
        write(folder.resolve("log"), key, shapes, total);
        AuditIndexConfig config = new AuditIndexConfig(
                folder.resolve("index.sqlite"), FileLogStore.source(folder.resolve("log")), key.verifier());
        try (AuditIndex index = AuditIndex.open(config)) {
            long start = System.nanoTime();
            index.catchUp();
            say("index", "%.0f entries/s", total / seconds(start));
            for (int run = 0; run < 3; run++) {
                ActivePolicy inForce = policy(Officers.RULEBOOK);
                ActivePolicy draft = policy(edited);
                start = System.nanoTime();
                ImpactReport report = new PastDecisions(index).impact(inForce, draft, null);
                say(
                        "impact",
                        "%.1f s: %d records of %d subjects, %d decision inputs, %d records of %d subjects changed",
                        seconds(start),
                        report.records(),
                        report.subjects(),
                        report.inputs(),
                        report.changedRecords(),
                        report.changedSubjects());
                assertThat(report.records()).isEqualTo(total);
                assertThat(report.inputs()).isEqualTo(shapes.size());
                assertThat(report.unreadable()).isZero();
                assertThat(report.changedRecords()).isPositive();
            }
        }
    }

    private static ActivePolicy policy(Path rulebook) {
        return DraftPolicy.of(
                RulebookLoader.load(rulebook),
                Features.DEFAULT,
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home"))));
    }

    /** An entry of each question, without what differs from record to record. */
    private static List<Map<String, Object>> shapes(ActivePolicy policy) {
        List<Map<String, Object>> shapes = new ArrayList<>();
        for (int day = 0; day < DAYS; day++) {
            for (ReleaseInput input :
                    inputs(policy.rulebook(), LocalDate.parse("2026-11-20").plusDays(day))) {
                Map<String, Object> entry = new TreeMap<>();
                entry.put("specversion", "1.0");
                entry.put("type", "io.sluice.audit.record");
                entry.put("tenant", "dev");
                entry.put("writer", "protect");
                entry.put("dataset", input.dataset());
                entry.put("producer", input.producer());
                entry.put("purpose", input.purpose());
                entry.put("outcome", Map.of("code", "decided"));
                entry.put("input", input.toJson());
                entry.put(
                        "policy",
                        Map.of("activation", 1, "bundle", policy.bundle().digest(), "revision", 1));
                List<Object> recipients = new ArrayList<>();
                Replay.decide(policy, input)
                        .values()
                        .forEach(decision -> recipients.add(Map.of(
                                "id",
                                decision.recipient(),
                                "disposition",
                                decision.disposition().code(),
                                "reasons",
                                decision.reasons().stream()
                                        .map(reason -> reason.toJson())
                                        .toList())));
                entry.put("recipients", recipients);
                shapes.add(entry);
            }
        }
        return shapes;
    }

    private static List<ReleaseInput> inputs(Rulebook rulebook, LocalDate day) {
        List<ReleaseInput> inputs = new ArrayList<>();
        rulebook.producers()
                .values()
                .forEach(producer -> producer.grants().forEach((id, purposes) -> {
                    Dataset dataset = rulebook.datasets().get(id);
                    for (String purpose : dataset == null ? List.<String>of() : purposes) {
                        for (List<String> restricted : List.of(List.<String>of(), List.of("*"))) {
                            inputs.add(
                                    input(day, dataset, producer.id(), producer.org(), purpose, restricted, Map.of()));
                            dataset.attributes()
                                    .forEach((name, attribute) -> attribute
                                            .values()
                                            .forEach(value -> inputs.add(input(
                                                    day,
                                                    dataset,
                                                    producer.id(),
                                                    producer.org(),
                                                    purpose,
                                                    restricted,
                                                    Map.of(name, value)))));
                        }
                    }
                }));
        return inputs;
    }

    private static ReleaseInput input(
            LocalDate day,
            Dataset dataset,
            String producer,
            String org,
            String purpose,
            List<String> restricted,
            Map<String, String> attributes) {
        return new ReleaseInput(
                day,
                dataset.id(),
                dataset.controller(),
                producer,
                org,
                purpose,
                null,
                List.of(),
                List.of(),
                restricted,
                new TreeMap<>(attributes));
    }

    private static void write(Path folder, SigningKey key, List<Map<String, Object>> shapes, int total) {
        Instant start = Instant.parse("2026-11-20T00:00:00Z");
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            for (int from = 0; from < total; from += BATCH) {
                List<byte[]> batch = new ArrayList<>();
                for (int i = from; i < Math.min(total, from + BATCH); i++) {
                    Map<String, Object> entry = shapes.get(i % shapes.size());
                    entry.put("id", "events.ingress/1/0/" + i);
                    entry.put("time", start.plusMillis(i * 600L).toString());
                    entry.put(
                            "subject",
                            Map.of(
                                    "ref",
                                    "s1_" + "abcdefghijklmnopqrstuvwxyz234567abcdefghij" + (i * 7_919L) % SUBJECTS));
                    batch.add(CanonicalJson.bytes(entry));
                }
                log.append(batch, from + batch.size());
            }
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void say(String what, String format, Object... values) {
        System.out.printf(Locale.ROOT, "%s: " + format + "%n", prepend(what, values));
    }

    private static Object[] prepend(String what, Object... values) {
        List<Object> all = new ArrayList<>(List.of(what));
        all.addAll(List.of(values));
        return all.toArray();
    }
}
