package io.sluice.gateway.authenticate;

import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.serving.tls.CertificateIdentity;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Matches the identity of a verified certificate chain against the producers of the rulebook in force. Thread-safe. */
public final class Authenticator {
    private Authenticator() {}

    /**
     * The producer that a certificate stands for.
     *
     * @param leaf the caller's certificate; its chain was verified by TLS
     * @throws RefusedException {@code producer-unknown}
     */
    public static Producer authenticate(X509Certificate leaf, Rulebook rulebook) {
        List<String> identities = CertificateIdentity.of(leaf);
        if (identities.isEmpty()) {
            throw RefusedException.of(
                    ProblemCode.PRODUCER_UNKNOWN,
                    "The certificate names nobody: it needs exactly one SPIFFE URI, or else DNS names, as subject"
                            + " alternative names. The common name does not count.");
        }
        Map<String, Producer> producers =
                new HashMap<>(); // by id: to compare whole producers costs more than to find them
        for (String identity : identities) {
            rulebook.producerOf(identity).ifPresent(producer -> producers.put(producer.id(), producer));
        }
        if (producers.size() != 1) {
            throw RefusedException.of(
                    ProblemCode.PRODUCER_UNKNOWN,
                    producers.isEmpty()
                            ? "No file of producers/ lists this certificate's identity; ask the gateway's officers to add it."
                            : "The certificate's names belong to several producers; use one certificate for each.");
        }
        return producers.values().iterator().next();
    }
}
