package io.sluice.audit.access;

import io.sluice.core.encoding.Sha256;
import io.sluice.serving.tls.CertificateIdentity;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who asks, before the rulebook says whom that stands for.
 *
 * @param identities what is proved, in the rulebook's canonical form; empty for somebody who proves nothing
 * @param credential by what: the SHA-256 of a certificate, or one of the words of this class
 */
public record Visitor(List<String> identities, String credential) {
    /** Somebody without a certificate and without a session. */
    public static final Visitor STRANGER = new Visitor(List.of(), "none");

    public Visitor {
        identities = List.copyOf(identities);
    }

    /** The holder of a verified certificate. */
    public static Visitor of(X509Certificate leaf) {
        try {
            return new Visitor(CertificateIdentity.of(leaf), Sha256.hex(leaf.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("A verified certificate has an encoding", e);
        }
    }

    /** Whoever opened the one-time link that was made for an identity. */
    public static Visitor ofLink(String identity) {
        return new Visitor(List.of(identity), "one-time-link");
    }
}
