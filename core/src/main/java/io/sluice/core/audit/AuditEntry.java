package io.sluice.core.audit;

import io.sluice.core.encoding.CanonicalJson;
import java.util.Map;

/**
 * One entry of the trail as its canonical bytes (RFC 8785). No value of a field stands in it but decision attributes, no
 * path, no unkeyed hash of a value.
 *
 * @param id the entry's id: a record's position; of an act a UUIDv7, or the address of what it tells of
 * @param canonical the bytes; shared, never changed
 */
public record AuditEntry(String id, byte[] canonical) {
    /** Longest entry: what an entry bundle's 16-bit length holds (C2SP tlog-tiles). */
    public static final int MAX_BYTES = 65_535;

    /** {@code type} of the entry of a record. */
    public static final String RECORD = "io.sluice.audit.record";
    /** {@code type} of the entry of a subject's choice. */
    public static final String CHOICE = "io.sluice.audit.choice";
    /** {@code type} of the entry of an act. */
    public static final String ACT = "io.sluice.audit.act";

    static AuditEntry of(String id, Map<String, Object> json) {
        return new AuditEntry(id, CanonicalJson.bytes(json));
    }

    /** Whether it fits the log. */
    public boolean fits() {
        return canonical.length <= MAX_BYTES;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof AuditEntry that && java.util.Arrays.equals(canonical, that.canonical);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(canonical);
    }
}
