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
    /** Its chain is sound, yet it has no subject alternative name, so it names nobody. */
    NO_SAN;

    /** Returns the name of its files: {@code not-yet-valid}. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
