package io.sluice.reveal.value;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.RevealInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.transform.Sf1Header;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What protects a value, as far as can be told without opening it: by what the value says of itself, and by what the
 * rulebook does to the fields that may have stood there.
 *
 * @param patterns patterns of the catalog that may have named the field
 * @param transform what protects it, as a rulebook names it; {@code none} where nothing does
 * @param header of an SF1 text; null where it is none
 * @param domain domain of its key, null where nobody can tell
 * @param tokenRules the rules under which a {@code tokenise-fpe} token may have been made, each another one
 */
record Recognised(
        List<String> patterns,
        String transform,
        @Nullable Sf1Header header,
        @Nullable String domain,
        List<FieldRule> tokenRules) {
    private static final String NOTHING = "none";
    private static final String TOKEN_PREFIX = "tok1_";
    private static final Set<TransformKind> ONE_WAY = EnumSet.of(TransformKind.TOKENISE, TransformKind.PSEUDONYMISE);

    /** @param domains finds the domain of a key of the ring */
    static Recognised of(Item item, ActivePolicy policy, java.util.function.Function<KeyId, Optional<String>> domains) {
        Dataset dataset = policy.rulebook().datasets().get(item.place().dataset());
        List<String> patterns = dataset == null
                ? List.of()
                : dataset.patternsAt(item.place().path()).stream().sorted().toList();
        if (Sf1Header.claims(item.value())) {
            Sf1Header header = Sf1Header.of(item.value()).orElse(null);
            TransformKind kind = header == null ? TransformKind.ENCRYPT : header.transform();
            String domain = header == null ? null : domains.apply(header.key()).orElse(null);
            return new Recognised(patterns, kind.code(), header, domain, List.of());
        }
        if (item.value().startsWith(TOKEN_PREFIX) || dataset == null) {
            String kind = dataset == null ? NOTHING : TransformKind.TOKENISE.code();
            return new Recognised(patterns, kind, null, null, List.of());
        }
        return token(patterns, policy.rules(dataset, item.place().purpose(), patterns));
    }

    /** A token that does not tell what it is: only the rules do. */
    private static Recognised token(List<String> patterns, List<FieldRule> rules) {
        List<FieldRule> fpe = rules.stream()
                .filter(rule -> rule.transform().kind() == TransformKind.TOKENISE_FPE)
                .collect(Collectors.toMap(FieldRule::transform, rule -> rule, (first, second) -> first))
                .values()
                .stream()
                .toList();
        if (!fpe.isEmpty()) {
            Object domain = fpe.size() == 1 ? fpe.get(0).transform().params().get("domain") : null;
            return new Recognised(
                    patterns,
                    TransformKind.TOKENISE_FPE.code(),
                    null,
                    domain instanceof String text ? text : null,
                    fpe);
        }
        String kind = rules.stream()
                .map(rule -> rule.transform().kind())
                .filter(ONE_WAY::contains)
                .findFirst()
                .map(TransformKind::code)
                .orElse(NOTHING);
        return new Recognised(patterns, kind, null, null, List.of());
    }

    /** What the policy is asked about it. */
    RevealInput.Value input(LocalDate day, String caller, String purpose, Item item, boolean emergency) {
        return new RevealInput.Value(
                day,
                caller,
                purpose,
                item.place().dataset(),
                item.place().purpose(),
                patterns,
                transform,
                domain,
                emergency);
    }

    /** Why nobody can open it, whoever may; empty where it can be tried. */
    Optional<String> hopeless() {
        if (tokenRules.size() > 1) {
            return Optional.of("token-ambiguous");
        }
        if (transform.equals(NOTHING)) {
            return Optional.of("not-protected");
        }
        return ONE_WAY.stream().anyMatch(kind -> kind.code().equals(transform))
                ? Optional.of("not-reversible")
                : Optional.empty();
    }
}
