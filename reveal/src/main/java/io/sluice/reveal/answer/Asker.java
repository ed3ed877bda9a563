package io.sluice.reveal.answer;

import io.sluice.core.encoding.Sha256;
import io.sluice.core.rulebook.Revealing;
import io.sluice.serving.tls.CertificateIdentity;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Who asks: a verified certificate, and the caller of the rulebook that it stands for.
 *
 * @param id caller id; {@link #UNKNOWN} where the rulebook has none, so that nobody can write a name into the log
 * @param caller as the rulebook has it
 * @param certificate SHA-256 of the certificate
 */
record Asker(String id, Optional<Revealing.Caller> caller, String certificate) {
    static final String UNKNOWN = "unknown";

    static Asker of(X509Certificate leaf, Revealing revealing) {
        List<Revealing.Caller> callers = CertificateIdentity.of(leaf).stream()
                .flatMap(identity -> revealing.callerOf(identity).stream())
                .distinct()
                .toList();
        Optional<Revealing.Caller> caller = callers.size() == 1 ? Optional.of(callers.get(0)) : Optional.empty();
        return new Asker(caller.map(Revealing.Caller::id).orElse(UNKNOWN), caller, digest(leaf));
    }

    private static String digest(X509Certificate leaf) {
        try {
            return Sha256.hex(leaf.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("A verified certificate has an encoding", e);
        }
    }
}
