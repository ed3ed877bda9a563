package io.sluice.audit.access;

import io.sluice.core.decision.AccessInput;
import io.sluice.core.encoding.Sha256;
import io.sluice.serving.tls.CertificateIdentity;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * Who asks, before the rulebook says whom that stands for.
 *
 * @param identities what is proved, in the rulebook's canonical form; empty for somebody who proves nothing
 * @param credential by what: the SHA-256 of a certificate, {@code oidc <issuer>#<subject>}, or one of the words of this class
 * @param kind the same for the policy
 * @param issuer the OpenID provider's; empty where there is none
 * @param groups that the provider says somebody is in
 */
public record Visitor(
        List<String> identities, String credential, AccessInput.Kind kind, String issuer, Set<String> groups) {
    /** Somebody without a certificate and without a session. */
    public static final Visitor STRANGER = new Visitor(List.of(), "none");
    /** Somebody whose token proves nothing. */
    public static final Visitor WITH_BAD_TOKEN = new Visitor(List.of(), "token", AccessInput.Kind.OIDC, "", Set.of());

    public Visitor {
        identities = List.copyOf(identities);
        groups = Set.copyOf(groups);
    }

    /** Somebody with a certificate. */
    public Visitor(List<String> identities, String credential) {
        this(identities, credential, AccessInput.Kind.CERTIFICATE, "", Set.of());
    }

    /** The holder of a verified certificate. */
    public static Visitor of(X509Certificate leaf) {
        try {
            return new Visitor(CertificateIdentity.of(leaf), Sha256.hex(leaf.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("A verified certificate has an encoding", e);
        }
    }

    /** The credential as it stands in entries of somebody who is no reader: what a provider calls a person may be a name. */
    String credentialOfUnknown() {
        return kind == AccessInput.Kind.OIDC && !identities.isEmpty()
                ? "oidc sha256:" + Sha256.hex(identities.get(0).getBytes(StandardCharsets.UTF_8))
                : credential;
    }

    /** Whoever opened the one-time link that was made for an identity. */
    public static Visitor ofLink(String identity) {
        return new Visitor(List.of(identity), "one-time-link", AccessInput.Kind.LINK, "", Set.of());
    }

    /** Somebody for whom an OpenID provider vouches, by issuer and subject, which no other person gets. */
    public static Visitor ofProvider(String issuer, String subject, Set<String> groups) {
        String identity = issuer + "#" + subject;
        return new Visitor(List.of(identity), "oidc " + identity, AccessInput.Kind.OIDC, issuer, groups);
    }
}
