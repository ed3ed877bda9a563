package io.sluice.protection.transform;

import io.sluice.core.encoding.Names;
import io.sluice.core.rulebook.FpeForm;

/**
 * What a rule {@code tokenise-fpe} says.
 *
 * @param domain of the key
 * @param form of the values
 * @param key which
 */
record FpeRule(String domain, FpeForm form, NamedKey key) {
    /** Reads the parameters. @throws PlanRefusedException naming the one at fault */
    static FpeRule of(Params params) throws PlanRefusedException {
        String domain = params.required("domain");
        if (!Names.isId(domain)) {
            throw params.refused("parameter domain must be lower-case letters, digits and single hyphens");
        }
        FpeForm.Alphabet alphabet = FpeForm.Alphabet.ofCode(params.text("alphabet", "digits"))
                .orElseThrow(() -> params.refused("parameter alphabet names none"));
        try {
            FpeForm form = new FpeForm(
                    alphabet,
                    params.integer("min-length", 0, 1, FpeForm.MAX_LENGTH),
                    params.integer("keep-first", 0, 0, 1_000),
                    params.integer("keep-last", 0, 0, 1_000),
                    params.flag("luhn"));
            return new FpeRule(domain, form, NamedKey.of(TokeniseFpe.KEY_PREFIX, domain, params));
        } catch (IllegalArgumentException e) {
            throw params.refused(String.valueOf(e.getMessage()));
        }
    }
}
