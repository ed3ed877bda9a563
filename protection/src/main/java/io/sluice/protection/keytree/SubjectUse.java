package io.sluice.protection.keytree;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What a key of subjects is used for. Each use has a key of its own, derived from it; the texts are frozen. */
public enum SubjectUse {
    /** Encrypted fields ({@code docs/specs/sf1.md}). */
    FIELDS("sluice subject fields"),
    /** What is remembered of who the subject is. */
    IDENTIFIERS("sluice subject identifiers"),
    /** Where its random codes stand, and what masks them. */
    CODES("sluice subject codes");

    private final String info;

    SubjectUse(String info) {
        this.info = info;
    }

    /** HKDF-Expand (RFC 5869), the one block of a key of 32 bytes. */
    byte[] block() {
        return (info + "\u0001").getBytes(US_ASCII);
    }
}
