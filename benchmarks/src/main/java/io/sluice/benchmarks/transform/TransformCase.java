package io.sluice.benchmarks.transform;

import io.sluice.core.rulebook.TransformSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A transform as it stands in a rulebook, and a value that it meets.
 *
 * @param name what it is called in results
 * @param transform its name in a rulebook
 * @param params its parameters
 * @param value a JSON scalar
 */
record TransformCase(String name, String transform, Map<String, Object> params, String value) {
    private static final String NAME = "\"Zebulon Ordóñez\"";
    private static final String DATE = "\"1957-06-29T08:59:56+02:00\"";
    private static final String SSN = "\"999-67-4006\"";

    /** All of them; {@code keep} first, which is what a field costs that nothing is done to. */
    static final List<TransformCase> ALL = List.of(
            of("keep", "keep", Map.of(), NAME),
            of("drop", "drop", Map.of(), NAME),
            of("redact", "redact", Map.of(), NAME),
            of("mask", "mask", Map.of("keep-last", 4), SSN),
            of("generalise.year", "generalise.year", Map.of(), DATE),
            of("generalise.month", "generalise.month", Map.of(), DATE),
            of("generalise.age90", "generalise.age90", Map.of(), "\"1957-06-29\""),
            of("generalise.zip3", "generalise.zip3", Map.of("restricted", List.of("036", "059")), "\"02134\""),
            of("generalise.bucket", "generalise.bucket", Map.of("size", 10), "37"),
            of("generalise.geo", "generalise.geo", Map.of("decimals", 1), "42.299625"),
            of("generalise.ip-prefix", "generalise.ip-prefix", Map.of(), "\"203.0.113.77\""),
            of("generalise.email-domain", "generalise.email-domain", Map.of(), "\"ann@example.org\""),
            of("date-shift", "date-shift", Map.of("domain", "bench"), DATE),
            of("tokenise", "tokenise", Map.of("domain", "bench"), NAME),
            of("tokenise-fpe", "tokenise-fpe", Map.of("domain", "bench", "min-length", 9), SSN),
            of("pseudonymise", "pseudonymise", Map.of("domain", "bench"), NAME),
            of("encrypt", "encrypt", Map.of("domain", "bench"), NAME),
            of("encrypt commit", "encrypt", Map.of("domain", "bench", "commit", true), NAME),
            of("encrypt-deterministic", "encrypt-deterministic", Map.of("domain", "bench"), NAME));

    private static TransformCase of(String name, String transform, Map<String, Object> params, String value) {
        return new TransformCase(name, transform, params, value);
    }

    static TransformCase named(String name) {
        return ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    static boolean exists(String name) {
        return ALL.stream().anyMatch(one -> one.name().equals(name));
    }

    static String names() {
        return String.join(", ", ALL.stream().map(TransformCase::name).toList());
    }

    /** As plans have it. */
    TransformSpec spec() {
        return TransformSpec.parse(transform, new TreeMap<>(params)).orElseThrow();
    }

    /** A record with that value in each of so many fields. */
    String record(int fields) {
        String[] members = new String[fields];
        Arrays.setAll(members, i -> "\"f" + i + "\":" + value);
        return "{" + String.join(",", members) + "}";
    }
}
