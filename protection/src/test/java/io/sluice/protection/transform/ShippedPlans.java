package io.sluice.protection.transform;

import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The plans of the shipped rulebook: what tests of real views run. Built once. */
final class ShippedPlans {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final ActivePolicy POLICY = policy();

    private ShippedPlans() {}

    /** Dataset ids of the FHIR group by resource type. */
    static SortedMap<String, String> datasets() {
        return POLICY.group("fhir").orElseThrow().datasets();
    }

    static Dataset dataset(String id) {
        Dataset dataset = POLICY.rulebook().datasets().get(id);
        if (dataset == null) {
            throw new AssertionError("no dataset " + id);
        }
        return dataset;
    }

    /** The taxonomy. */
    static SortedMap<String, DataClass> classes() {
        return POLICY.rulebook().classes();
    }

    /** A plan that opens the free texts of a dataset to what looks inside, and what {@code kept} names of the rest. */
    static ProtectionPlan textsOf(String id, String... kept) {
        Dataset dataset = dataset(id);
        List<FieldRule> rules = new ArrayList<>();
        dataset.fields().forEach((pattern, classes) -> {
            boolean text = classes.stream().allMatch(one -> {
                DataClass about = classes().get(one);
                return about != null && about.freeText() && about.kind() == DataClass.Kind.DIRECT_IDENTIFIER;
            });
            String transform = text ? "mask.identifiers" : List.of(kept).contains(pattern.text()) ? "keep" : "drop";
            rules.add(new FieldRule(pattern, Plans.transform(transform), "test"));
        });
        return new ProtectionPlan(
                "care", "treatment", id, dataset.format(), rules, dataset.undeclared(), Envelope.CLOSED);
    }

    /** The plans of the recipients that get records of a dataset. */
    static Map<String, ProtectionPlan> of(String dataset) {
        Decision decision = POLICY.release(new ReleaseInput(
                Plans.DAY,
                dataset,
                "st-elsewhere",
                "st-elsewhere",
                "St. Elsewhere Hospital",
                "treatment",
                "US",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>()));
        Map<String, ProtectionPlan> plans = new TreeMap<>();
        decision.recipients().forEach((recipient, one) -> {
            if (one.plan() != null) {
                plans.put(recipient, one.plan());
            }
        });
        return plans;
    }

    private static ActivePolicy policy() {
        OfficerKey officer = OfficerKey.generate("ada");
        KeyPair key = KeyUse.BUNDLE.generate();
        TrustRoot root =
                new TrustRoot(Plans.TENANT, new TreeMap<>(Map.of("bundle", key.getPublic())), Approvers.only(officer));
        BundleBuilder.Built built = new BundleBuilder("bundle", key.getPrivate(), OpaTool.find(System.getenv(), HOME))
                .build(
                        RulebookLoader.load(HOME.resolve("policies/rulebook")),
                        Plans.TENANT,
                        1,
                        NOW.minusSeconds(3_600),
                        NOW.plusSeconds(3_600));
        byte[] approvals =
                Approvals.none(built.digest()).signedBy(officer, Plans.TENANT).toBytes();
        VerifiedBundle bundle = new BundleVerifier(root).verify(built.archive(), approvals, InForce.nothing(root), NOW);
        return new ActivePolicy(
                new Activation(1, bundle.digest(), bundle.revision(), Plans.TENANT, NOW),
                bundle,
                new WasmEngine(bundle.wasm(), bundle.data(), 1, List.of()));
    }
}
