package io.sluice.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the certificates with the JDK's PKIX validator (RFC 5280) and its TLS trust manager, revocation on. */
class ChainsTest {
    @TempDir
    static Path folder;

    private static PkiFiles files = new PkiFiles(Path.of(""));
    private static final Instant NOW = Instant.now();

    @BeforeAll
    static void make() {
        files = DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC());
    }

    @ParameterizedTest
    @EnumSource(DevIdentity.class)
    void goodChainsVerify(DevIdentity identity) throws Exception {
        PemIdentity pem = files.identity(identity);
        List<X509Certificate> chain = chain(pem.chain());
        X509Certificate leaf = chain.get(0);

        assertThatCode(() -> validate(chain, NOW)).doesNotThrowAnyException();
        assertThatCode(() -> trustManager().checkClientTrusted(array(chain), "ECDHE_ECDSA"))
                .doesNotThrowAnyException();
        if (identity.server()) {
            assertThatCode(() -> trustManager().checkServerTrusted(array(chain), "ECDHE_ECDSA"))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> trustManager().checkServerTrusted(array(chain), "ECDHE_ECDSA"))
                    .hasMessageContaining("TLS server");
        }
        assertThat(ownsKey(leaf, pem.key())).isTrue();
        assertThat(Files.readString(pem.keystore()))
                .isEqualTo(Files.readString(pem.key()) + Files.readString(pem.chain()));
    }

    @ParameterizedTest
    @EnumSource(DevIdentity.class)
    void theNamesAreThoseOfTheIdentity(DevIdentity identity) throws Exception {
        X509Certificate leaf = chain(files.identity(identity).chain()).get(0);

        String unit = identity.kind().unit();
        assertThat(leaf.getSubjectX500Principal().getName(X500Principal.RFC2253))
                .isEqualTo("CN=" + identity.commonName() + ",OU=" + unit + ",O=Sluice Development");
        assertThat(names(leaf, 6))
                .containsExactlyElementsOf(identity.spiffeId().stream().toList());
        assertThat(names(leaf, 2)).isEqualTo(identity.server() ? List.of("localhost") : List.of());
        assertThat(names(leaf, 7)).isEqualTo(identity.server() ? List.of("127.0.0.1", "0:0:0:0:0:0:0:1") : List.of());
    }

    @Test
    void anExpiredCertificateIsRefusedAsExpired() throws Exception {
        assertReason(FaultyIdentity.EXPIRED, BasicReason.EXPIRED);
    }

    @Test
    void aCertificateOfNextYearIsRefusedAsNotYetValid() throws Exception {
        assertReason(FaultyIdentity.NOT_YET_VALID, BasicReason.NOT_YET_VALID);
    }

    @Test
    void aCertificateOfAnotherAuthorityHasNoTrustAnchor() throws Exception {
        assertReason(FaultyIdentity.OTHER_CA, PKIXReason.NO_TRUST_ANCHOR);
    }

    @Test
    void aForgedCertificateIsRefusedByItsSignature() throws Exception {
        assertReason(FaultyIdentity.FORGED, BasicReason.INVALID_SIGNATURE);
    }

    @Test
    void aRevokedCertificateIsRefusedAsRevokedAndListed() throws Exception {
        assertReason(FaultyIdentity.REVOKED, BasicReason.REVOKED);

        X509Certificate leaf =
                chain(files.faulty(FaultyIdentity.REVOKED).chain()).get(0);
        X509CRL crl = crls().get(0);
        assertThat(crl.getRevokedCertificates()).hasSize(1);
        assertThat(crl.getRevokedCertificate(leaf.getSerialNumber())).isNotNull();
        assertThat(crls().get(1).getRevokedCertificates()).isNull();
    }

    @Test
    void aVerifierWhoseClockIsBehindRefusesTheRevokedCertificate() throws Exception {
        List<X509Certificate> chain = chain(files.faulty(FaultyIdentity.REVOKED).chain());

        assertThatThrownBy(() -> validate(chain, NOW.minus(Duration.ofMinutes(4))))
                .isInstanceOfSatisfying(
                        CertPathValidatorException.class,
                        e -> assertThat(e.getReason()).isEqualTo(BasicReason.REVOKED));
    }

    @Test
    void aRenewalKeepsEarlierRevocations(@TempDir Path other) throws Exception {
        PkiFiles renewed = DevPki.openOrCreate(other, Clock.systemUTC());
        X509Certificate first =
                chain(renewed.faulty(FaultyIdentity.REVOKED).chain()).get(0);

        DevPki.renew(other, Clock.systemUTC());

        X509Certificate second =
                chain(renewed.faulty(FaultyIdentity.REVOKED).chain()).get(0);
        X509CRL crl = Pem.readCrl(Files.readAllBytes(renewed.intermediateCrl()));
        assertThat(crl.getRevokedCertificate(first.getSerialNumber())).isNotNull();
        assertThat(crl.getRevokedCertificate(second.getSerialNumber())).isNotNull();
    }

    @Test
    void aServersCertificateIsRefusedFromAClient() throws Exception {
        List<X509Certificate> chain =
                chain(files.faulty(FaultyIdentity.SERVER_ONLY).chain());

        assertThatCode(() -> validate(chain, NOW)).doesNotThrowAnyException();
        assertThatThrownBy(() -> trustManager().checkClientTrusted(array(chain), "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("Extended key usage does not permit use for TLS client authentication");
    }

    @Test
    void aCertificateWithoutNamesIsSoundButNamesNobody() throws Exception {
        List<X509Certificate> chain = chain(files.faulty(FaultyIdentity.NO_SAN).chain());

        assertThatCode(() -> validate(chain, NOW)).doesNotThrowAnyException();
        assertThat(chain.get(0).getSubjectAlternativeNames()).isNull();
    }

    private static void assertReason(FaultyIdentity identity, CertPathValidatorException.Reason reason)
            throws Exception {
        List<X509Certificate> chain = chain(files.faulty(identity).chain());
        ThrowingCallable validation = () -> validate(chain, NOW);
        assertThatThrownBy(validation)
                .isInstanceOfSatisfying(
                        CertPathValidatorException.class,
                        e -> assertThat(e.getReason()).isEqualTo(reason));
        assertThatThrownBy(() -> trustManager().checkClientTrusted(array(chain), "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    private static void validate(List<X509Certificate> chain, Instant at) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(anchor()));
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls())));
        parameters.setRevocationEnabled(true);
        parameters.setDate(Date.from(at));
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    private static X509TrustManager trustManager() throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("root", anchor().getTrustedCert());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(trust, new X509CertSelector());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls())));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static TrustAnchor anchor() throws Exception {
        return new TrustAnchor(chain(files.trust()).get(0), null);
    }

    private static List<X509CRL> crls() throws Exception {
        try (InputStream in = Files.newInputStream(files.crls())) {
            return CertificateFactory.getInstance("X.509").generateCRLs(in).stream()
                    .map(X509CRL.class::cast)
                    .toList();
        }
    }

    private static List<X509Certificate> chain(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        }
    }

    private static List<Object> names(X509Certificate leaf, int kind) throws Exception {
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        return Objects.requireNonNullElse(names, List.<List<?>>of()).stream()
                .filter(name -> name.get(0).equals(kind))
                .<Object>map(name -> name.get(1))
                .toList();
    }

    private static boolean ownsKey(X509Certificate leaf, Path key) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(Pem.readKey(Files.readAllBytes(key), "EC"));
        byte[] signed = signature.sign();
        signature.initVerify(leaf);
        return signature.verify(signed);
    }

    private static X509Certificate[] array(List<X509Certificate> chain) {
        return chain.toArray(X509Certificate[]::new);
    }
}
