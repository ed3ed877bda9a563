package io.sluice.core.rulebook;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A catalog file, with what it extends folded in.
 *
 * @param id dataset id
 * @param format how payloads are read
 * @param controller controller id
 * @param regimes {@code gdpr}, {@code hipaa}
 * @param schema JSON Schema 2020-12 of the payload as canonical JSON text, null where none is declared
 * @param purposes collection purposes; the first is the default where there is only one
 * @param subjects where data subjects stand, the primary one first; empty where records have none
 * @param region where the subject's region comes from, null where unknown
 * @param attributes decision attributes by name
 * @param retentionDays how long delivered data may be kept
 * @param undeclared what happens to fields that {@code fields} does not name
 * @param fields classes by pattern
 */
public record Dataset(
        String id,
        Format format,
        String controller,
        List<String> regimes,
        @Nullable String schema,
        List<String> purposes,
        List<Subject> subjects,
        @Nullable Region region,
        SortedMap<String, Attribute> attributes,
        int retentionDays,
        Undeclared undeclared,
        SortedMap<FieldPattern, List<String>> fields) {
    /** Payload formats. */
    public enum Format {
        JSON,
        /** FHIR R4 JSON: {@code _x} follows {@code x}; {@code modifierExtension} must be declared. */
        FHIR
    }

    /** What undeclared content leads to. */
    public enum Undeclared {
        /** It does not leave. */
        DROP,
        /** The record is quarantined for the recipient. */
        QUARANTINE
    }

    /**
     * A data subject of the record.
     *
     * @param at JSON Pointer of the id
     * @param scheme name space of the id
     * @param strip prefixes that are removed before hashing
     */
    public record Subject(String at, String scheme, List<String> strip) {
        public Subject {
            strip = List.copyOf(strip);
        }
    }

    /**
     * The subject's region: a constant, or a code by the value at a pointer.
     *
     * @param constant region code, null where {@code at} is set
     * @param at JSON Pointer, null where {@code constant} is set
     * @param codes value to region code; values not listed give no region
     */
    public record Region(
            @Nullable String constant, @Nullable String at, SortedMap<String, String> codes) {
        public Region {
            codes = Collections.unmodifiableSortedMap(new TreeMap<>(codes));
            if ((constant == null) == (at == null)) {
                throw new IllegalArgumentException("region is either a constant or a pointer with codes");
            }
        }
    }

    /**
     * A decision attribute: a code of a closed list.
     *
     * @param at JSON Pointer
     * @param values the only values that leave the payload; anything else gives no attribute
     */
    public record Attribute(String at, List<String> values) {
        /** Longest closed list. */
        public static final int MAX_VALUES = 64;

        public Attribute {
            values = List.copyOf(values);
            if (values.isEmpty() || values.size() > MAX_VALUES) {
                throw new IllegalArgumentException("an attribute lists 1 to " + MAX_VALUES + " values");
            }
        }
    }

    /**
     * The patterns that may have named a field of which only the place is known any more; several where a predicate cannot be
     * decided. Empty where none does.
     *
     * @param pointer JSON Pointer of the field, in the payload or a view
     */
    public List<String> patternsAt(String pointer) {
        return PatternsAt.of(fields.keySet(), pointer);
    }

    public Dataset {
        regimes = List.copyOf(regimes);
        purposes = List.copyOf(purposes);
        subjects = List.copyOf(subjects);
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
        if (purposes.isEmpty()) {
            throw new IllegalArgumentException("a dataset has at least one collection purpose");
        }
    }
}
