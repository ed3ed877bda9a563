package io.sluice.serving.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.Locale;

/** Why a TLS handshake was refused. For metrics and the trail; the caller gets a TLS alert. */
public enum HandshakeFault {
    NO_CERTIFICATE,
    EXPIRED,
    NOT_YET_VALID,
    REVOKED,
    /** The operator's deny list names it. */
    DENIED,
    /** No revocation list in force covers it. */
    REVOCATION_UNKNOWN,
    /** Its chain does not end at a trusted root: another authority's, self-signed, an intermediate missing, forged. */
    UNTRUSTED,
    /** Its extended key usage does not include TLS clients. */
    WRONG_USAGE,
    /** A key below 112 bits of strength, or a signature with SHA-1 or worse. */
    WEAK,
    /** It names what its authority may not name (RFC 5280 section 4.2.1.10). */
    NAME_CONSTRAINT,
    /** Its names cannot be matched without guessing: several URIs, none of SPIFFE, a wildcard, a NUL. */
    NAME_INVALID,
    /** Anything else: no common protocol, no TLS at all, a timeout. */
    OTHER;

    private static final int MAX_CAUSES = 16;

    /** The label in metrics; in the trail it stands behind {@code tls-}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a handshake's exception. The JDK has types for some and only texts for the others. */
    public static HandshakeFault of(Throwable thrown) {
        HandshakeFault found = OTHER;
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            if (cause instanceof RefusedChain refused) {
                return refused.fault();
            }
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
            HandshakeFault byReason = ofReason(path.getReason());
            if (byReason != OTHER) {
                return byReason;
            }
        }
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Empty client certificate chain")
                || message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
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

    private static HandshakeFault ofReason(CertPathValidatorException.Reason reason) {
        if (reason instanceof BasicReason basic) {
            return switch (basic) {
                case REVOKED -> REVOKED;
                case EXPIRED -> EXPIRED;
                case NOT_YET_VALID -> NOT_YET_VALID;
                case UNDETERMINED_REVOCATION_STATUS -> REVOCATION_UNKNOWN;
                case ALGORITHM_CONSTRAINED -> WEAK;
                case INVALID_SIGNATURE -> UNTRUSTED;
                case UNSPECIFIED -> OTHER;
            };
        }
        return reason == PKIXReason.INVALID_NAME ? NAME_CONSTRAINT : OTHER;
    }

    /** The refusal as BoringSSL takes it: its code picks the alert (RFC 8446 section 6.2). */
    CertificateException forOpenSsl(CertificateException refusal) {
        int code =
                switch (this) {
                    case EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
                    case REVOKED, DENIED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
                    case UNTRUSTED -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
                    case WRONG_USAGE -> CertificateVerifier.X509_V_ERR_INVALID_PURPOSE;
                    default -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
                };
        return new OpenSslCertificateException(code(), refusal, code);
    }
}
