package io.sluice.gateway.receive;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;

/** Why a TLS handshake was refused, as far as the JDK tells. For the metric; the caller gets a TLS alert. */
public enum HandshakeFault {
    NO_CERTIFICATE,
    EXPIRED,
    NOT_YET_VALID,
    REVOKED,
    /** No revocation list in force covers it. */
    REVOCATION_UNKNOWN,
    /** Its chain does not end at a trusted root. */
    UNTRUSTED,
    /** Its extended key usage does not include TLS clients. */
    WRONG_USAGE,
    /** Anything else: no common protocol, no TLS at all, a timeout. */
    OTHER;

    private static final int MAX_CAUSES = 16;

    /** The label in metrics. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a handshake's exception. The JDK has types for the first few and only texts for the others. */
    static HandshakeFault of(Throwable thrown) {
        HandshakeFault found = OTHER;
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            HandshakeFault here = ofOne(cause);
            if (here != OTHER && (found == OTHER || found == UNTRUSTED)) {
                found = here; // the innermost cause is the sharper one
            }
        }
        return found;
    }

    private static HandshakeFault ofOne(Throwable cause) {
        if (cause instanceof CertificateExpiredException) {
            return EXPIRED;
        }
        if (cause instanceof CertificateNotYetValidException) {
            return NOT_YET_VALID;
        }
        if (cause instanceof CertPathValidatorException path) {
            if (path.getReason() == BasicReason.REVOKED) {
                return REVOKED;
            }
            if (path.getReason() == BasicReason.EXPIRED) {
                return EXPIRED;
            }
            if (path.getReason() == BasicReason.NOT_YET_VALID) {
                return NOT_YET_VALID;
            }
            if (path.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
                return REVOCATION_UNKNOWN;
            }
        }
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Empty client certificate chain")) {
            return NO_CERTIFICATE;
        }
        if (message.contains("key usage")) {
            return WRONG_USAGE;
        }
        if (message.contains("unable to find valid certification path") || message.contains("Path does not chain")) {
            return UNTRUSTED;
        }
        return OTHER;
    }
}
