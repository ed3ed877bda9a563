package io.sluice.jobs.protect;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Purpose;
import io.sluice.core.rulebook.Quota;
import io.sluice.core.rulebook.Reading;
import io.sluice.core.rulebook.Revealing;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/**
 * A policy with three recipients: {@code care} gets all, {@code research} items only and no envelope, {@code marketing} the
 * e-mail of those who consented to the newsletter. The attribute {@code test} makes it misbehave.
 */
@NullUnmarked // what is null here fails the test
record TestPolicy(long revision) implements PolicyInForce {
    static final String DATASET = "orders";
    static final String PRODUCER = "shop";
    static final List<String> RECIPIENTS = List.of("care", "marketing", "research");

    private static final Envelope OPEN =
            new Envelope(Envelope.Time.KEEP, Envelope.Subject.REF, Envelope.Source.PRODUCER, Envelope.Key.REF, true);
    private static final Legal LEGAL = new Legal("treatment", null, null, "treatment", null, null);

    @Override
    public String bundle() {
        return ("" + revision).repeat(64).substring(0, 64);
    }

    @Override
    public Rulebook rulebook() {
        Dataset orders = new Dataset(
                DATASET,
                Dataset.Format.JSON,
                "webshop",
                List.of("gdpr"),
                null,
                List.of("order-fulfilment"),
                List.of(),
                null,
                new TreeMap<>(),
                30,
                Dataset.Undeclared.DROP,
                new TreeMap<>());
        Producer shop = new Producer(
                PRODUCER,
                "shop-as",
                Set.of("spiffe://sluice.dev/producer/shop"),
                new TreeMap<>(),
                Set.of(),
                Quota.NONE);
        Purpose newsletter = new Purpose("newsletter", "dpv:Marketing", "a", null, null, null, null, "v1", true);
        return new Rulebook(
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(Map.of("newsletter", newsletter)),
                new TreeMap<>(Map.of(DATASET, orders)),
                new TreeMap<>(Map.of(PRODUCER, shop)),
                new TreeMap<>(),
                Revealing.NOBODY,
                Reading.NOBODY);
    }

    @Override
    public boolean looksInside() {
        return false;
    }

    @Override
    public Optional<Decision> decide(ReleaseInput input) {
        String test = input.attributes().getOrDefault("test", "");
        if (test.equals("undefined")) {
            return Optional.empty();
        }
        if (test.equals("throws")) {
            throw new IllegalStateException("a policy engine's fault");
        }
        if (test.equals("engineless")) {
            throw new PolicyUnavailableException("the engine did not come back");
        }
        TreeMap<String, RecipientDecision> decisions = new TreeMap<>();
        decisions.put("care", release(plan("care", OPEN, keep("/**")), reasons(test)));
        decisions.put(
                "research",
                test.equals("refused")
                        ? new RecipientDecision("research", Disposition.QUARANTINE, null, null, null, List.of())
                        : release(research(test), List.of()));
        boolean consented = input.consents().contains("newsletter")
                && input.objections().isEmpty()
                && input.restrictions().isEmpty();
        decisions.put(
                "marketing",
                consented
                        ? release(plan("marketing", Envelope.CLOSED, keep("/email")), List.of())
                        : RecipientDecision.withhold("marketing", List.of(new Reason("no-consent", "GDPR 6(1)(a)"))));
        return Optional.of(new Decision(decisions));
    }

    private static ProtectionPlan research(String test) {
        return switch (test) {
            case "unavailable" -> plan("research", Envelope.CLOSED, rule("/item", TransformKind.PSEUDONYMISE));
            case "undeclared" ->
                new ProtectionPlan(
                        "research",
                        "treatment",
                        DATASET,
                        Dataset.Format.JSON,
                        List.of(keep("/item")),
                        Dataset.Undeclared.QUARANTINE,
                        Envelope.CLOSED);
            default -> plan("research", Envelope.CLOSED, keep("/item"), keep("/lines/**"));
        };
    }

    private static List<Reason> reasons(String test) {
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; test.equals("verbose") && i < 2_000; i++) {
            reasons.add(new Reason("a-rule-with-a-long-name-" + i, "a clause"));
        }
        return reasons;
    }

    private static RecipientDecision release(ProtectionPlan plan, List<Reason> reasons) {
        return RecipientDecision.release(plan, LEGAL, reasons);
    }

    private static ProtectionPlan plan(String recipient, Envelope envelope, FieldRule... rules) {
        return new ProtectionPlan(
                recipient,
                "treatment",
                DATASET,
                Dataset.Format.JSON,
                List.of(rules),
                Dataset.Undeclared.DROP,
                envelope);
    }

    private static FieldRule keep(String pattern) {
        return rule(pattern, TransformKind.KEEP);
    }

    private static FieldRule rule(String pattern, TransformKind kind) {
        return new FieldRule(FieldPattern.parse(pattern), TransformSpec.of(kind), "test-rule");
    }
}
