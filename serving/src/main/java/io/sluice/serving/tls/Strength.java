package io.sluice.serving.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Set;

/**
 * The least that a caller's certificates must be made of: 112 bits of strength and no SHA-1 (NIST SP 800-57 part 1 table 2,
 * SP 800-131A). The JDK's own rules refuse SHA-1 only below its own roots, and RSA only below 1024 bits.
 */
final class Strength {
    private static final int LEAST_RSA_BITS = 2048;
    private static final int LEAST_EC_BITS = 224;
    private static final Set<String> DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");

    private Strength() {}

    /** Whether key and signature of a certificate are strong enough; what is not known is not. */
    static boolean enough(X509Certificate certificate) {
        return key(certificate.getPublicKey()) && signature(certificate);
    }

    private static boolean key(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
        }
        if (key instanceof ECPublicKey ec) {
            return ec.getParams().getOrder().bitLength() >= LEAST_EC_BITS;
        }
        return key instanceof EdECPublicKey;
    }

    private static boolean signature(X509Certificate certificate) {
        String name = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        return switch (name) {
            case "SHA256WITHRSA",
                    "SHA384WITHRSA",
                    "SHA512WITHRSA",
                    "SHA256WITHECDSA",
                    "SHA384WITHECDSA",
                    "SHA512WITHECDSA",
                    "ED25519",
                    "ED448",
                    "EDDSA" -> true;
            case "RSASSA-PSS" -> pss(certificate.getSigAlgParams());
            default -> false;
        };
    }

    /** The digest stands in the parameters, and is SHA-1 where there are none (RFC 4055 section 3.1). */
    private static boolean pss(byte[] encoded) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(encoded);
            return DIGESTS.contains(
                    parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
        } catch (IOException | InvalidParameterSpecException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK knows no RSASSA-PSS", e);
        }
    }
}
