package io.sluice.certs;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * One authority: ECDSA P-256 with SHA-256, certificates and revocation lists as RFC 5280 says. Keys and signatures are
 * the JDK's; Bouncy Castle only writes the structures. Not thread-safe.
 */
final class CertificateAuthority {
    private static final String ORGANISATION = "Sluice Development";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final String signature;

    CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this(certificate, key, SIGNATURE);
    }

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, String signature) {
        this.certificate = certificate;
        this.key = key;
        this.signature = signature;
    }

    /** The same, signing with SHA-1, as none should any more. */
    CertificateAuthority withSha1() {
        return new CertificateAuthority(certificate, key, "SHA1withECDSA");
    }

    static CertificateAuthority root(String commonName, Instant notBefore, Instant notAfter) {
        KeyPair pair = newKeyPair();
        X500Name name = name("authority", commonName);
        JcaX509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), notBefore, notAfter);
        return new CertificateAuthority(
                signAuthority(builder, pair.getPublic(), 1, pair, List.of()), pair.getPrivate());
    }

    CertificateAuthority subordinate(String commonName, Instant notBefore, Instant notAfter) {
        return subordinate(commonName, notBefore, notAfter, List.of());
    }

    /** @param hosts the URI hosts that it may name; empty for any */
    CertificateAuthority subordinate(String commonName, Instant notBefore, Instant notAfter, List<String> hosts) {
        KeyPair pair = newKeyPair();
        JcaX509v3CertificateBuilder builder =
                builder(subject(), name("authority", commonName), pair.getPublic(), notBefore, notAfter);
        X509Certificate signed =
                signAuthority(builder, pair.getPublic(), 0, new KeyPair(certificate.getPublicKey(), key), hosts);
        return new CertificateAuthority(signed, pair.getPrivate());
    }

    X509Certificate certificate() {
        return certificate;
    }

    PrivateKey key() {
        return key;
    }

    X509Certificate issue(LeafProfile profile, PublicKey subjectKey) {
        JcaX509v3CertificateBuilder builder = builder(
                subject(),
                name(profile.unit(), profile.commonName()),
                subjectKey,
                profile.notBefore(),
                profile.notAfter());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(profile.purposes().toArray(KeyPurposeId[]::new)));
            if (!profile.names().isEmpty()) {
                GeneralName[] names = profile.names().toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return sign(builder, subjectKey, new KeyPair(certificate.getPublicKey(), key), signature);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new PkiException(
                    PkiException.Code.CRYPTO, "the certificate of " + profile.commonName() + " cannot be made", e);
        }
    }

    X509CRL revocations(Map<BigInteger, Instant> revoked, Instant thisUpdate, Instant nextUpdate) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(subject(), Date.from(thisUpdate));
        builder.setNextUpdate(Date.from(nextUpdate));
        revoked.forEach((serial, at) -> builder.addCRLEntry(serial, Date.from(at), CRLReason.keyCompromise));
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
            builder.addExtension(
                    Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(thisUpdate.toEpochMilli())));
            return new JcaX509CRLConverter().getCRL(builder.build(signer(key, SIGNATURE)));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "a revocation list cannot be made", e);
        }
    }

    /** An RSA key of 1024 bits. */
    static KeyPair newWeakKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "this JDK makes no RSA keys", e);
        }
    }

    /** One that signs for itself and is no authority. */
    static X509Certificate selfSigned(LeafProfile profile, KeyPair pair) {
        X500Name name = name(profile.unit(), profile.commonName());
        JcaX509v3CertificateBuilder own =
                builder(name, name, pair.getPublic(), profile.notBefore(), profile.notAfter());
        try {
            X509Certificate issuer = sign(own, pair.getPublic(), pair, SIGNATURE);
            return new CertificateAuthority(issuer, pair.getPrivate()).issue(profile, pair.getPublic());
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "a self-signed certificate cannot be made", e);
        }
    }

    static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "this JDK makes no P-256 keys", e);
        }
    }

    private X500Name subject() {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    /** Encoded from organisation to common name, so that RFC 2253 text begins with the common name. */
    private static X500Name name(String unit, String commonName) {
        return new X500Name("O=" + ORGANISATION + ",OU=" + unit + ",CN=" + commonName);
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey subjectKey, Instant notBefore, Instant notAfter) {
        BigInteger serial = new BigInteger(126, RANDOM).setBit(126);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(notBefore), Date.from(notAfter), subject, subjectKey);
    }

    private static X509Certificate signAuthority(
            X509v3CertificateBuilder builder,
            PublicKey subjectKey,
            int pathLength,
            KeyPair issuer,
            List<String> hosts) {
        try {
            if (!hosts.isEmpty()) {
                GeneralSubtree[] permitted = hosts.stream()
                        .map(host -> new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host)))
                        .toArray(GeneralSubtree[]::new);
                builder.addExtension(Extension.nameConstraints, true, new NameConstraints(permitted, null));
            }
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return sign(builder, subjectKey, issuer, SIGNATURE);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "an authority cannot be made", e);
        }
    }

    private static X509Certificate sign(
            X509v3CertificateBuilder builder, PublicKey subjectKey, KeyPair issuer, String signature)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(subjectKey));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer.getPublic()));
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer(issuer.getPrivate(), signature)));
    }

    private static ContentSigner signer(PrivateKey key, String signature) throws OperatorCreationException {
        return new JcaContentSignerBuilder(signature).build(key);
    }
}
