package io.sluice.audit.timestamp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * The certificates at which that of a time stamping authority must end, given by whoever verifies. Revocation is not asked
 * for: a token is judged offline, at the time that it says. Immutable.
 */
public final class TimestampTrust {
    private final Set<TrustAnchor> anchors;

    private TimestampTrust(Set<TrustAnchor> anchors) {
        this.anchors = Set.copyOf(anchors);
    }

    /** Those of a PEM file. @throws IOException where it holds none */
    public static TimestampTrust read(Path pem) throws IOException {
        try {
            Set<TrustAnchor> anchors = new HashSet<>();
            for (var certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(pem)))) {
                anchors.add(new TrustAnchor((X509Certificate) certificate, null));
            }
            if (anchors.isEmpty()) {
                throw new IOException(pem + " holds no certificate");
            }
            return new TimestampTrust(anchors);
        } catch (GeneralSecurityException e) {
            throw new IOException(pem + " holds no certificates in PEM", e);
        }
    }

    /**
     * What a token says, where it holds (RFC 3161 section 2.4.2): signed by a certificate for time stamping alone, which was
     * good at that time and ends at one of these, over exactly this digest.
     *
     * @param token DER, with its certificates
     * @param sha256 of what was stamped
     * @param policy that it must be under; null for any
     */
    public Timestamp check(byte[] token, byte[] sha256, @org.jspecify.annotations.Nullable String policy)
            throws TimestampException {
        try {
            TimeStampToken parsed = new TimeStampToken(ContentInfo.getInstance(token));
            var info = parsed.getTimeStampInfo();
            if (!info.getMessageImprintAlgOID().equals(TSPAlgorithms.SHA256)
                    || !Arrays.equals(info.getMessageImprintDigest(), sha256)) {
                throw new TimestampException("is not over this checkpoint", null);
            }
            if (policy != null && !policy.equals(info.getPolicy().getId())) {
                throw new TimestampException("is under the policy " + info.getPolicy() + ", not " + policy, null);
            }
            Collection<X509CertificateHolder> signers = parsed.getCertificates().getMatches(parsed.getSID());
            if (signers.size() != 1) {
                throw new TimestampException("does not hold its signer's certificate", null);
            }
            X509CertificateHolder signer = signers.iterator().next();
            parsed.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer)); // the use of the key too
            X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(signer);
            Instant time = info.getGenTime().toInstant();
            requirePath(certificate, parsed, time);
            BigInteger serial = info.getSerialNumber();
            return new Timestamp(
                    time,
                    certificate.getSubjectX500Principal().getName(),
                    serial.toString(16),
                    info.getPolicy().getId());
        } catch (TSPException | OperatorCreationException | GeneralSecurityException e) {
            throw new TimestampException("does not hold: " + e.getMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new TimestampException("is no time stamp token", e);
        }
    }

    private void requirePath(X509Certificate signer, TimeStampToken token, Instant time)
            throws GeneralSecurityException, TimestampException {
        List<X509Certificate> known = new ArrayList<>(List.of(signer));
        for (X509CertificateHolder holder : token.getCertificates().getMatches(null)) {
            known.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(signer);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(time));
        try {
            CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (java.security.cert.CertPathBuilderException e) {
            throw new TimestampException(
                    "is signed by " + signer.getSubjectX500Principal().getName()
                            + ", which no certificate that was given vouched for at that time",
                    e);
        }
    }
}
