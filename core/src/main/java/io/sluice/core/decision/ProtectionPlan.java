package io.sluice.core.decision;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.rulebook.Dataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is done to a record for one recipient: the executable form of a decision. Content-addressed: equal plans have equal
 * digests, entries cite the digest, and a pattern by its index in {@link #fields}.
 *
 * @param recipient recipient id
 * @param purpose the recipient's purpose; associated data of encrypted fields
 * @param dataset dataset id
 * @param format how the payload is read
 * @param fields rules, sorted by pattern; what no pattern covers is undeclared
 * @param undeclared what undeclared content leads to
 * @param envelope what of the envelope goes out
 * @param labels whether a view says in {@code meta.security} what was done to the record ({@link SecurityLabel}); FHIR only
 */
public record ProtectionPlan(
        String recipient,
        String purpose,
        String dataset,
        Dataset.Format format,
        List<FieldRule> fields,
        Dataset.Undeclared undeclared,
        Envelope envelope,
        boolean labels) {
    /** Most patterns of a plan. */
    public static final int MAX_PATTERNS = 4_096;

    public ProtectionPlan {
        List<FieldRule> sorted = new ArrayList<>(fields);
        sorted.sort(Comparator.comparing(FieldRule::pattern));
        fields = List.copyOf(sorted);
        if (fields.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException("A plan has at most " + MAX_PATTERNS + " patterns");
        }
        if (labels && format != Dataset.Format.FHIR) {
            throw new IllegalArgumentException("Only a FHIR resource has a place for security labels");
        }
    }

    /** A plan whose views carry no labels. */
    public ProtectionPlan(
            String recipient,
            String purpose,
            String dataset,
            Dataset.Format format,
            List<FieldRule> fields,
            Dataset.Undeclared undeclared,
            Envelope envelope) {
        this(recipient, purpose, dataset, format, fields, undeclared, envelope, false);
    }

    /** Whether some rule looks inside texts, and so needs to know who the subject is. */
    public boolean looksInside() {
        return fields.stream().anyMatch(rule -> rule.transform().looksInside());
    }

    /** RFC 8785 bytes: what is kept under the digest. */
    public byte[] canonical() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", 1);
        json.put("recipient", recipient);
        json.put("purpose", purpose);
        json.put("dataset", dataset);
        json.put("format", format.name().toLowerCase(Locale.ROOT));
        json.put("fields", fields.stream().map(FieldRule::toJson).toList());
        json.put("undeclared", undeclared.name().toLowerCase(Locale.ROOT));
        json.put("envelope", envelope.toJson());
        if (labels) {
            json.put("labels", true);
        }
        return CanonicalJson.bytes(json);
    }

    /** SHA-256 of {@link #canonical} in hex. Costs an encoding; keep it beside the plan. */
    public String digest() {
        return Sha256.hex(canonical());
    }
}
