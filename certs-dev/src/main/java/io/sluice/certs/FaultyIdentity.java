package io.sluice.certs;

import java.util.Locale;

/**
 * Certificates with exactly one fault each. But for that fault they would be the web shop's, so that a test that passes
 * shows that the fault was seen.
 */
public enum FaultyIdentity {
    /** Its validity ended the day before it was made. */
    EXPIRED,
    /** Its validity begins a year after it was made. */
    NOT_YET_VALID,
    /** Signed by authorities of other names and keys ({@link PkiFiles#otherTrust}). */
    OTHER_CA,
    /** Presented with the real intermediate's certificate, yet signed by another key. */
    FORGED,
    /** Its extended key usage allows TLS servers only. */
    SERVER_ONLY,
    /** Listed in the intermediate's revocation list. */
    REVOKED,
    /** Signed by itself. */
    SELF_SIGNED,
    /** Sound, yet its chain file lacks the intermediate. */
    MISSING_INTERMEDIATE,
    /** An RSA key of 1024 bits. */
    WEAK_KEY,
    /** Signed with SHA-1. */
    SHA1,
    /** Its authority may name hosts of {@code other.example} only (RFC 5280 section 4.2.1.10). */
    OUTSIDE_CONSTRAINT,
    /** Beside the laboratory's SPIFFE id it has the web shop's: an X.509-SVID has exactly one. */
    SAN_SPOOF,
    /** Its name is {@code *.sluice.dev}. */
    WILDCARD,
    /** Its DNS name goes on behind a NUL, before which a careless reader stops. */
    NUL_IN_SAN,
    /** Its chain is sound, yet it has no subject alternative name, so it names nobody. */
    NO_SAN;

    /** Returns the name of its files: {@code not-yet-valid}. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
