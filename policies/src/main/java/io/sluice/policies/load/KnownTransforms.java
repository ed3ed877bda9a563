package io.sluice.policies.load;

import java.util.Map;
import java.util.Set;

/** The closed set of transforms that this version performs, with their parameters. Stateless. */
public final class KnownTransforms {
    private static final Map<String, Params> KNOWN = Map.ofEntries(
            Map.entry("keep", new Params(Set.of(), Set.of())),
            Map.entry("drop", new Params(Set.of(), Set.of())),
            Map.entry("redact", new Params(Set.of(), Set.of("text"))),
            Map.entry("mask", new Params(Set.of(), Set.of("keep-first", "keep-last", "char"))),
            Map.entry("mask.identifiers", new Params(Set.of(), Set.of())),
            Map.entry("generalise.year", new Params(Set.of(), Set.of())),
            Map.entry("generalise.month", new Params(Set.of(), Set.of())),
            Map.entry("generalise.age90", new Params(Set.of(), Set.of())),
            Map.entry("generalise.zip3", new Params(Set.of("table"), Set.of())),
            Map.entry("generalise.bucket", new Params(Set.of(), Set.of("size"))),
            Map.entry("generalise.geo", new Params(Set.of(), Set.of("decimals"))),
            Map.entry("generalise.ip-prefix", new Params(Set.of(), Set.of("v4", "v6"))),
            Map.entry("generalise.email-domain", new Params(Set.of(), Set.of())),
            Map.entry("tokenise", new Params(Set.of("domain"), Set.of("canonical"))),
            Map.entry("encrypt", new Params(Set.of("domain"), Set.of("bind", "pad"))));

    private KnownTransforms() {}

    /**
     * Parameters of a transform in a rulebook.
     *
     * @param required must stand
     * @param optional may stand
     */
    public record Params(Set<String> required, Set<String> optional) {}

    /** Whether this version performs a transform of that name, variant included. */
    public static boolean performs(String name) {
        return KNOWN.containsKey(name);
    }

    /** Their names. */
    public static Set<String> names() {
        return KNOWN.keySet();
    }

    /** The parameters of a transform; none where it is not performed. */
    public static Params params(String name) {
        return KNOWN.getOrDefault(name, new Params(Set.of(), Set.of()));
    }
}
