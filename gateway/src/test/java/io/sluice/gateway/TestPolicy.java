package io.sluice.gateway;

import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.rulebook.Controller;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Purpose;
import io.sluice.core.rulebook.Quota;
import io.sluice.core.rulebook.Reading;
import io.sluice.core.rulebook.Revealing;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.policies.evaluate.DatasetGroup;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A small rulebook in Java, and admission by its grants; a test can take it away. */
final class TestPolicy implements PolicySource {
    static final String SCHEMA = """
            {"type":"object","required":["customer"],"properties":{"customer":{"type":"object"},
            "note":{"type":"string","pattern":"^(a+)+$"},
            "code":{"type":"string","pattern":"^[^\\\\s]+(\\\\s[^\\\\s]+)*$"},"total":{"type":"integer"}}}""";

    volatile @Nullable InForce inForce = activation(7, 0);

    @Override
    public Optional<InForce> current(Instant now) {
        return Optional.ofNullable(inForce);
    }

    @Override
    public Optional<String> finding(Instant now) {
        return inForce == null ? Optional.of("no activation is in force") : Optional.empty();
    }

    @Override
    public void close() {}

    /** @param eventsPerSecond the webshop's quota, 0 for none */
    static InForce activation(long number, int eventsPerSecond) {
        return activation(number, Quota.ofEvents(eventsPerSecond));
    }

    /** @param quota the webshop's */
    static InForce activation(long number, Quota quota) {
        return activation(number, rulebook(quota, Set.of("shop-eu")));
    }

    /** The webshop may not record choices any more. */
    static InForce withoutChoices(long number) {
        return activation(number, rulebook(Quota.NONE, Set.of()));
    }

    /** Admission ends in an error. */
    static InForce failing(long number, Error fault) {
        return activation(number, rulebook(Quota.NONE, Set.of()), input -> {
            throw fault;
        });
    }

    private static InForce activation(long number, Rulebook rulebook) {
        return activation(number, rulebook, input -> decide(rulebook, input));
    }

    private static InForce activation(
            long number, Rulebook rulebook, Function<AdmissionInput, AdmissionDecision> admission) {
        return new InForce() {
            @Override
            public long activation() {
                return number;
            }

            @Override
            public long revision() {
                return number;
            }

            @Override
            public Instant expires() {
                return Instant.parse("2099-01-01T00:00:00Z");
            }

            @Override
            public String bundle() {
                return "b".repeat(64);
            }

            @Override
            public Rulebook rulebook() {
                return rulebook;
            }

            @Override
            public Optional<DatasetGroup> group(String name) {
                return name.equals("shop")
                        ? Optional.of(new DatasetGroup(
                                "shop", "/kind", new TreeMap<>(Map.of("order", "orders", "other", "other"))))
                        : Optional.empty();
            }

            @Override
            public AdmissionDecision admit(AdmissionInput input) {
                return admission.apply(input);
            }
        };
    }

    private static AdmissionDecision decide(Rulebook rulebook, AdmissionInput input) {
        Producer producer = rulebook.producers().get(input.producer());
        if (producer == null) {
            return AdmissionDecision.DENIED;
        }
        if (input.controller() != null) {
            return producer.controllers().contains(input.controller())
                    ? new AdmissionDecision(true, null, null)
                    : new AdmissionDecision(false, "choices-not-granted", null);
        }
        List<String> purposes = producer.grants().get(input.dataset());
        if (purposes == null) {
            return new AdmissionDecision(false, "dataset-not-granted", null);
        }
        if (input.purpose() == null) {
            return purposes.size() == 1
                    ? new AdmissionDecision(true, null, purposes.get(0))
                    : new AdmissionDecision(false, "purpose-required", null);
        }
        return purposes.contains(input.purpose())
                ? new AdmissionDecision(true, null, input.purpose())
                : new AdmissionDecision(false, "purpose-not-granted", null);
    }

    private static Rulebook rulebook(Quota quota, Set<String> choicesOf) {
        Dataset orders = dataset(
                "orders",
                SCHEMA,
                List.of(new Dataset.Subject("/customer/id", "customer", List.of("cust:"))),
                new Dataset.Region(null, "/customer/country", new TreeMap<>(Map.of("DE", "EEA"))),
                new TreeMap<>(Map.of("channel", new Dataset.Attribute("/channel", List.of("web", "app")))));
        Dataset other = dataset("other", null, List.of(), null, new TreeMap<>());
        Producer webshop = new Producer(
                "webshop",
                "Webshop",
                Set.of("spiffe://sluice.dev/producer/webshop"),
                new TreeMap<>(Map.of("orders", List.of("fulfilment"))),
                choicesOf,
                quota);
        Producer hospital = new Producer(
                "st-elsewhere",
                "St. Elsewhere",
                Set.of("spiffe://sluice.dev/producer/st-elsewhere"),
                new TreeMap<>(Map.of("other", List.of("fulfilment", "newsletter"))),
                Set.of(),
                Quota.NONE);
        Producer tills = new Producer(
                "tills",
                "Webshop",
                Set.of("tills.shop.example"),
                new TreeMap<>(Map.of("orders", List.of("fulfilment"))),
                Set.of(),
                Quota.NONE);
        return new Rulebook(
                new TreeMap<>(),
                new TreeMap<>(Map.of("shop-eu", new Controller("shop-eu", "Shop", "dpo@shop.example", "DE"))),
                purposes("fulfilment", "newsletter"),
                new TreeMap<>(Map.of("orders", orders, "other", other)),
                new TreeMap<>(Map.of("webshop", webshop, "st-elsewhere", hospital, "tills", tills)),
                new TreeMap<>(),
                Revealing.NOBODY,
                Reading.NOBODY);
    }

    private static SortedMap<String, Purpose> purposes(String... ids) {
        return List.of(ids).stream()
                .collect(Collectors.toMap(
                        id -> id,
                        id -> new Purpose(id, "dpv:x", "b", null, null, null, null, null, false),
                        (a, b) -> a,
                        TreeMap::new));
    }

    private static Dataset dataset(
            String id,
            @Nullable String schema,
            List<Dataset.Subject> subjects,
            Dataset.@Nullable Region region,
            SortedMap<String, Dataset.Attribute> attributes) {
        return new Dataset(
                id,
                Dataset.Format.JSON,
                "shop-eu",
                List.of("gdpr"),
                schema,
                List.of("fulfilment"),
                subjects,
                region,
                attributes,
                30,
                Dataset.Undeclared.DROP,
                new TreeMap<>());
    }
}
