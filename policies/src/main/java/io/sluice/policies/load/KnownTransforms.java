package io.sluice.policies.load;

import io.sluice.core.rulebook.FpeForm;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The closed set of transforms that this version performs, with their parameters. Stateless. */
public final class KnownTransforms {
    private static final Parameter DOMAIN = new Parameter.Id();
    private static final Parameter EPOCH = new Parameter.Whole(1, 100);
    private static final Parameter HELD_KEY = new Parameter.Code(Set.of("kms"));
    private static final Parameter CHARACTERS = new Parameter.Whole(0, 1_000);

    private static final Map<String, Params> KNOWN = Map.ofEntries(
            Map.entry("keep", Params.NONE),
            Map.entry("drop", Params.NONE),
            Map.entry("redact", new Params(Map.of(), Map.of("text", new Parameter.Text(1_000)))),
            Map.entry(
                    "mask",
                    new Params(
                            Map.of(),
                            Map.of(
                                    "keep-first", CHARACTERS,
                                    "keep-last", CHARACTERS,
                                    "char", new Parameter.Character()))),
            Map.entry("mask.identifiers", Params.NONE),
            Map.entry("generalise.year", Params.NONE),
            Map.entry("generalise.month", Params.NONE),
            Map.entry("generalise.age90", Params.NONE),
            Map.entry("generalise.zip3", new Params(Map.of("table", new Parameter.Id()), Map.of())),
            Map.entry("generalise.bucket", new Params(Map.of(), Map.of("size", new Parameter.Whole(1, 1_000_000_000)))),
            Map.entry("generalise.geo", new Params(Map.of(), Map.of("decimals", new Parameter.Whole(0, 6)))),
            Map.entry(
                    "generalise.ip-prefix",
                    new Params(Map.of(), Map.of("v4", new Parameter.Whole(0, 32), "v6", new Parameter.Whole(0, 128)))),
            Map.entry("generalise.email-domain", Params.NONE),
            Map.entry(
                    "date-shift",
                    new Params(
                            Map.of("domain", DOMAIN), Map.of("days", new Parameter.Whole(1, 3_650), "epoch", EPOCH))),
            Map.entry(
                    "tokenise",
                    new Params(
                            Map.of("domain", DOMAIN),
                            Map.of(
                                    "canonical",
                                            new Parameter.Code(Set.of("text", "exact", "email", "digits", "phone")),
                                    "epoch", EPOCH,
                                    "key", HELD_KEY))),
            Map.entry(
                    "tokenise-fpe",
                    new Params(
                            Map.of("domain", DOMAIN, "min-length", new Parameter.Whole(1, FpeForm.MAX_LENGTH)),
                            Map.of(
                                    "alphabet", new Parameter.Code(alphabets()),
                                    "keep-first", CHARACTERS,
                                    "keep-last", CHARACTERS,
                                    "luhn", new Parameter.Flag(),
                                    "epoch", EPOCH,
                                    "key", HELD_KEY))),
            Map.entry("pseudonymise", new Params(Map.of("domain", DOMAIN), Map.of())),
            Map.entry(
                    "encrypt",
                    new Params(
                            Map.of("domain", DOMAIN),
                            Map.of(
                                    "bind", new Parameter.Code(Set.of("record", "subject", "dataset")),
                                    "pad", new Parameter.Flag(),
                                    "commit", new Parameter.Flag(),
                                    "key", new Parameter.Code(Set.of("subject"))))),
            Map.entry(
                    "encrypt-deterministic",
                    new Params(
                            Map.of("domain", DOMAIN),
                            Map.of(
                                    "bind",
                                    new Parameter.Code(Set.of("subject", "dataset")),
                                    "pad",
                                    new Parameter.Flag(),
                                    "epoch",
                                    EPOCH,
                                    "key",
                                    HELD_KEY))));

    private KnownTransforms() {}

    /**
     * Parameters of a transform in a rulebook.
     *
     * @param required must stand; a {@code domain} not beside {@code key: subject}, where each subject is its own
     * @param optional may stand
     */
    public record Params(Map<String, Parameter> required, Map<String, Parameter> optional) {
        private static final Params NONE = new Params(Map.of(), Map.of());

        /** All of them, by name. */
        public Map<String, Parameter> all() {
            Map<String, Parameter> all = new TreeMap<>(required);
            all.putAll(optional);
            return all;
        }
    }

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
        return KNOWN.getOrDefault(name, Params.NONE);
    }

    private static Set<String> alphabets() {
        return Arrays.stream(FpeForm.Alphabet.values())
                .map(FpeForm.Alphabet::code)
                .collect(Collectors.toUnmodifiableSet());
    }
}
