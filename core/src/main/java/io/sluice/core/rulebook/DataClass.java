package io.sluice.core.rulebook;

import io.sluice.core.encoding.Names;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A class of the taxonomy; a rule on a parent covers its children.
 *
 * @param id dotted, as {@code identifier.ssn}
 * @param parent id of the parent, null at the top
 * @param kind how the law looks at it
 * @param hipaa letter A-R of 45 CFR 164.514(b)(2)(i), null where none
 * @param gdpr article, null where none
 * @param dpv DPV IRI, null where none
 * @param fhirLabel FHIR security label, null where none
 * @param lowEntropy whether its values can be enumerated (fewer than 2^40)
 * @param freeText whether its values are texts that may hold anything about anybody
 */
public record DataClass(
        String id,
        @Nullable String parent,
        Kind kind,
        @Nullable String hipaa,
        @Nullable String gdpr,
        @Nullable String dpv,
        @Nullable String fhirLabel,
        boolean lowEntropy,
        boolean freeText) {
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(?:[-.][a-z0-9]+)*");

    /** Kinds of personal data. */
    public enum Kind {
        DIRECT_IDENTIFIER,
        QUASI_IDENTIFIER,
        SPECIAL_CATEGORY,
        CRIMINAL,
        ORDINARY;

        /** The code in rulebooks. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether a decision attribute may be of this kind: its values stand in headers and in the audit log. */
        public boolean mayBeAttribute() {
            return this == QUASI_IDENTIFIER || this == ORDINARY;
        }
    }

    public DataClass {
        if (id.length() > Names.MAX_CHARS || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException("class must be lower-case words joined by '.' or '-': " + id);
        }
    }
}
