package io.sluice.audit.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small rulebook in its JSON form, as it stands in a bundle. */
final class Rulebooks {
    private Rulebooks() {}

    static Map<String, Object> clinic() {
        Map<String, Object> contact = Map.of("name", "Office", "email", "office@clinic.example");
        return Map.of(
                "classes",
                Map.of(
                        "name", clazz("name", "direct-identifier", "A"),
                        "date.birth", clazz("date.birth", "quasi-identifier", "C"),
                        "finding",
                                Map.of(
                                        "kind",
                                        "special-category",
                                        "gdpr",
                                        "Art. 9(1)",
                                        "ancestors",
                                        List.of("finding")),
                        "type", Map.of("kind", "ordinary", "ancestors", List.of("type"))),
                "controllers",
                Map.of("hospital", Map.of("name", "The Hospital", "country", "US", "contact", contact)),
                "purposes",
                Map.of(
                        "treatment",
                        Map.of(
                                "dpv",
                                "dpv:ServiceProvision",
                                "gdpr6",
                                Map.of("basis", "A6-1-b"),
                                "hipaa",
                                Map.of("permission", "45 CFR 164.506(c)", "accounting528", "tpo")),
                        "public-health",
                        Map.of("dpv", "dpv:LegalCompliance", "hipaa", Map.of("permission", "45 CFR 164.512(b)")),
                        "research",
                        Map.of("dpv", "dpv:ScientificResearch", "hipaa", Map.of("permission", "45 CFR 164.502(d)(2)"))),
                "datasets",
                Map.of("visits", dataset(), "orders", dataset()),
                "producers",
                Map.of(
                        "clinic",
                        Map.of(
                                "organisation",
                                "The Clinic",
                                "identities",
                                List.of("spiffe://x/clinic"),
                                "datasets",
                                Map.of())),
                "recipients",
                Map.of(
                        "care",
                        recipient("treatment", "Clinic", "US"),
                        "registry",
                        recipient("public-health", "State Registry", "NO"),
                        "research",
                        recipient("research", "Institute", "US")),
                "protections",
                Map.of(
                        "care-protection", Map.of("recipient", "care", "datasets", List.of("visits")),
                        "registry-protection", Map.of("recipient", "registry", "datasets", List.of("visits", "orders")),
                        "research-protection",
                                Map.of(
                                        "recipient",
                                        "research",
                                        "datasets",
                                        List.of("visits"),
                                        "profile",
                                        "safe-harbor")),
                "profiles",
                Map.of("safe-harbor", Map.of("clause", "45 CFR 164.514(b)(2)", "de-identifies", true)));
    }

    /** The same with other fields of one dataset. */
    static Map<String, Object> clinicWhere(String dataset, Map<String, Object> fields) {
        Map<String, Object> one = new TreeMap<>(dataset());
        one.put("fields", fields);
        Map<String, Object> datasets = new TreeMap<>(Map.of("visits", dataset(), "orders", dataset()));
        datasets.put(dataset, one);
        Map<String, Object> all = new TreeMap<>(clinic());
        all.put("datasets", datasets);
        return all;
    }

    private static Map<String, Object> clazz(String id, String kind, String letter) {
        return Map.of("kind", kind, "hipaa", letter, "ancestors", List.of(id));
    }

    private static Map<String, Object> recipient(String purpose, String name, String country) {
        return Map.of(
                "purpose", purpose,
                "name", name,
                "address", "1 Main Street, Boston",
                "country", country,
                "role", "third-party");
    }

    private static Map<String, Object> dataset() {
        return Map.of(
                "format",
                "json",
                "controller",
                "hospital",
                "regimes",
                List.of("hipaa"),
                "purposes",
                List.of("treatment"),
                "retention",
                Map.of("released", "P1Y"),
                "undeclared",
                "drop",
                "fields",
                Map.of(
                        "/a-name", List.of("name"),
                        "/b-birth", List.of("date.birth"),
                        "/c-finding", List.of("finding"),
                        "/d-type", List.of("type")));
    }
}
