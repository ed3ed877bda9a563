package io.sluice.protection.transform;

import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextMasker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Plans and contexts that the tests of plan execution share. */
final class Plans {
    static final String TENANT = "dev";
    static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    /** Codes of one subject, kept for good. */
    static final Pseudonyms CODES = codes();

    static final RecordContext CONTEXT = new RecordContext(
            DAY,
            new SubjectRef("s1_aebagbafaydqqcikbmga2dqpca"),
            "r1_abc",
            TextMasker.closed(TextDropped.SUBJECT_UNKNOWN),
            CODES);
    static final KeyRing RING = ring();

    private Plans() {}

    private static Pseudonyms codes() {
        Map<String, String> kept = new ConcurrentHashMap<>();
        return (domain, value) -> kept.computeIfAbsent(
                domain + " " + value, place -> UUID.randomUUID().toString());
    }

    /** A plan from alternating patterns and transforms, as {@code mask keep-last=4 char=x}. */
    static ProtectionPlan plan(Dataset.Format format, Dataset.Undeclared undeclared, String... patternsAndTransforms) {
        Map<String, String> rules = new LinkedHashMap<>();
        for (int i = 0; i < patternsAndTransforms.length; i += 2) {
            rules.put(patternsAndTransforms[i], patternsAndTransforms[i + 1]);
        }
        List<FieldRule> fields = new ArrayList<>();
        rules.forEach((pattern, transform) ->
                fields.add(new FieldRule(FieldPattern.parse(pattern), transform(transform), "test#" + pattern)));
        return new ProtectionPlan("care", "treatment", "test-data", format, fields, undeclared, Envelope.CLOSED);
    }

    static ProtectionPlan json(String... patternsAndTransforms) {
        return plan(Dataset.Format.JSON, Dataset.Undeclared.DROP, patternsAndTransforms);
    }

    static ProtectionPlan fhir(String... patternsAndTransforms) {
        return plan(Dataset.Format.FHIR, Dataset.Undeclared.DROP, patternsAndTransforms);
    }

    /** The plan, with labels. */
    static ProtectionPlan labelled(ProtectionPlan plan) {
        return new ProtectionPlan(
                plan.recipient(),
                plan.purpose(),
                plan.dataset(),
                plan.format(),
                plan.fields(),
                plan.undeclared(),
                plan.envelope(),
                true);
    }

    static TransformSpec transform(String text) {
        String[] words = text.split(" ");
        TreeMap<String, Object> params = new TreeMap<>();
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            Object value = pair[1];
            if (pair[1].matches("-?[0-9]+") && !pair[0].equals("char") && !pair[0].equals("restricted")) {
                value = Integer.valueOf(pair[1]);
            } else if (pair[1].equals("true") || pair[1].equals("false")) {
                value = Boolean.valueOf(pair[1]);
            } else if (pair[0].equals("restricted")) {
                value = List.of(pair[1].split(","));
            }
            params.put(pair[0], value);
        }
        return TransformSpec.parse(words[0], params).orElseThrow();
    }

    static Protector protector() {
        return protector(ViewLimits.DEFAULT);
    }

    static Protector protector(ViewLimits limits) {
        return new Protector(TENANT, RING, new SecureRandom(), limits, true);
    }

    static View run(ProtectionPlan plan, String json) {
        return run(plan, json, ViewLimits.DEFAULT);
    }

    static View run(ProtectionPlan plan, String json, ViewLimits limits) {
        Protector protector = protector(limits);
        try {
            CompiledPlan compiled = protector.compile(plan);
            protector.read(json.getBytes(StandardCharsets.UTF_8));
            return protector.protect(compiled, CONTEXT);
        } catch (PlanRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** The bytes of the view as text. */
    static String text(ProtectionPlan plan, String json) {
        View view = run(plan, json);
        if (view instanceof View.Protected done) {
            return new String(done.bytes(), StandardCharsets.UTF_8);
        }
        return view.toString();
    }

    private static KeyRing ring() {
        try {
            Path folder = Files.createTempDirectory("sluice-plans");
            folder.toFile().deleteOnExit();
            return Keystore.openOrCreate(folder, folder.resolve("password"), TENANT)
                    .ring();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
