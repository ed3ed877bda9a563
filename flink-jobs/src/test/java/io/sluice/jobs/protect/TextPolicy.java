package io.sluice.jobs.protect;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Purpose;
import io.sluice.core.rulebook.Quota;
import io.sluice.core.rulebook.Reading;
import io.sluice.core.rulebook.Revealing;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/**
 * A policy under which {@code care} gets the notes about patients, looked into, and nothing of the patients themselves.
 *
 * @param looksInside whether it looks; else notes are dropped
 */
@NullUnmarked // what is null here fails the test
record TextPolicy(boolean looksInside) implements PolicyInForce {
    static final String PATIENTS = "patients";
    static final String NOTES = "notes";

    private static final Map<String, List<String>> PATIENT = Map.of(
            "/id", List.of("code"),
            "/name/*/family", List.of("name"),
            "/name/*/given/*", List.of("name"),
            "/birthDate", List.of("birth"),
            "/telecom/*/value", List.of("phone"));
    private static final Map<String, List<String>> NOTE =
            Map.of("/subject/reference", List.of("code"), "/author/display", List.of("name"), "/note", List.of("text"));

    @Override
    public long revision() {
        return 7;
    }

    @Override
    public String bundle() {
        return (looksInside ? "7" : "8").repeat(64);
    }

    @Override
    public Rulebook rulebook() {
        TreeMap<String, DataClass> classes = new TreeMap<>();
        classes.put("code", dataClass("code", DataClass.Kind.DIRECT_IDENTIFIER, "R", null, false));
        classes.put("name", dataClass("name", DataClass.Kind.DIRECT_IDENTIFIER, "A", null, false));
        classes.put("phone", dataClass("phone", DataClass.Kind.DIRECT_IDENTIFIER, "D", null, false));
        classes.put("birth", dataClass("birth", DataClass.Kind.QUASI_IDENTIFIER, "C", "pd:BirthDate", false));
        classes.put("text", dataClass("text", DataClass.Kind.DIRECT_IDENTIFIER, "R", null, true));
        Producer shop = new Producer(
                TestPolicy.PRODUCER,
                "shop-as",
                Set.of("spiffe://sluice.dev/producer/shop"),
                new TreeMap<>(),
                Set.of(),
                Quota.NONE);
        Purpose newsletter = new Purpose("newsletter", "dpv:Marketing", "a", null, null, null, null, "v1", true);
        return new Rulebook(
                classes,
                new TreeMap<>(),
                new TreeMap<>(Map.of("newsletter", newsletter)),
                new TreeMap<>(Map.of(
                        PATIENTS,
                        dataset(PATIENTS, "/id", PATIENT),
                        NOTES,
                        dataset(NOTES, "/subject/reference", NOTE))),
                new TreeMap<>(Map.of(TestPolicy.PRODUCER, shop)),
                new TreeMap<>(),
                Revealing.NOBODY,
                Reading.NOBODY);
    }

    @Override
    public Optional<Decision> decide(ReleaseInput input) {
        RecipientDecision care = input.dataset().equals(PATIENTS)
                ? RecipientDecision.withhold("care", List.of(new Reason("no-protection", null)))
                : RecipientDecision.release(
                        new ProtectionPlan(
                                "care",
                                "treatment",
                                NOTES,
                                Dataset.Format.JSON,
                                List.of(rule("/note", looksInside ? "mask.identifiers" : "drop")),
                                Dataset.Undeclared.DROP,
                                Envelope.CLOSED),
                        new Legal("treatment", null, null, "treatment", null, null),
                        List.of());
        return Optional.of(new Decision(new TreeMap<>(Map.of("care", care))));
    }

    private static FieldRule rule(String pattern, String transform) {
        return new FieldRule(
                FieldPattern.parse(pattern),
                TransformSpec.parse(transform, new TreeMap<>()).orElseThrow(),
                "test-rule");
    }

    private static DataClass dataClass(String id, DataClass.Kind kind, String hipaa, String dpv, boolean freeText) {
        return new DataClass(id, null, kind, hipaa, null, dpv, null, false, freeText);
    }

    private static Dataset dataset(String id, String subject, Map<String, List<String>> fields) {
        TreeMap<FieldPattern, List<String>> patterns = new TreeMap<>();
        fields.forEach((pattern, classes) -> patterns.put(FieldPattern.parse(pattern), new ArrayList<>(classes)));
        return new Dataset(
                id,
                Dataset.Format.JSON,
                "st-elsewhere",
                List.of("hipaa"),
                null,
                List.of("order-fulfilment"),
                List.of(new Dataset.Subject(subject, "patient", List.of())),
                null,
                new TreeMap<>(),
                30,
                Dataset.Undeclared.DROP,
                patterns);
    }
}
