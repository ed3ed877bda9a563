package io.sluice.serving.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PkiFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names of a certificate are whose, and which are nobody's. */
class CertificateIdentityTest {
    private static final String LABEL = "a".repeat(63);

    @TempDir
    static Path scratch;

    @SuppressWarnings("NullAway.Init")
    private static PkiFiles pki;

    private static int made;

    @BeforeAll
    static void authorities() {
        pki = DevPki.openOrCreate(scratch.resolve("pki"), Clock.systemUTC());
    }

    @ParameterizedTest
    @CsvSource({
        "spiffe://sluice.dev/producer/webshop, spiffe://sluice.dev/producer/webshop",
        "SPIFFE://Sluice.DEV/producer/Webshop, spiffe://sluice.dev/producer/Webshop", // the path's case counts
        "spiffe://my_domain.example-1/a/..b/c.d_e-F, spiffe://my_domain.example-1/a/..b/c.d_e-F",
        "tills.shop.example, tills.shop.example",
        "Tills.Shop.EXAMPLE, tills.shop.example",
        "localhost, localhost",
        "1-2.xn--bcher-kva.example, 1-2.xn--bcher-kva.example"
    })
    void aNameIsReadInItsCanonicalForm(String name, String identity) throws Exception {
        X509Certificate certificate = named(name);

        assertThat(CertificateIdentity.of(certificate)).containsExactly(identity);
        assertThat(CertificateIdentity.readable(certificate)).isTrue();
    }

    @Test
    void dnsNamesAreSortedAndEachThereOnce() throws Exception {
        assertThat(CertificateIdentity.of(named("b.example", "A.example", "B.EXAMPLE")))
                .containsExactly("a.example", "b.example");
    }

    @Test
    void theLongestDnsNameIsRead() throws Exception {
        String longest = LABEL + "." + LABEL + "." + LABEL + "." + "a".repeat(61);

        assertThat(longest).hasSize(253);
        assertThat(CertificateIdentity.of(named(longest))).containsExactly(longest);
        assertThat(CertificateIdentity.readable(named("a" + longest.substring(1) + "a")))
                .isFalse();
        assertThat(CertificateIdentity.readable(named("a" + LABEL + ".example")))
                .isFalse();
    }

    @Test
    void aSpiffeIdStandsForTheDnsNamesBesideIt() throws Exception {
        assertThat(CertificateIdentity.of(named("tills.shop.example", "spiffe://sluice.dev/producer/webshop")))
                .containsExactly("spiffe://sluice.dev/producer/webshop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://sluice.dev/producer/web%73hop",
                "spiffe://sluice.dev/producer/../webshop",
                "spiffe://sluice.dev/./webshop",
                "spiffe://sluice.dev/producer//webshop",
                "spiffe://sluice.dev/producer/webshop/",
                "spiffe://sluice.dev/",
                "spiffe://sluice.dev",
                "spiffe:///producer/webshop",
                "spiffe:sluice.dev/producer/webshop",
                "spiffe://sluice.dev:443/producer/webshop",
                "spiffe://webshop@sluice.dev/producer",
                "spiffe://sluice.dev/producer?webshop",
                "spiffe://sluice.dev/producer#webshop",
                "spiffe://sluice.dev/producer;webshop",
                "https://sluice.dev/producer/webshop",
                "urn:sluice:producer:webshop",
                "spiffe://sluice.dev/web shop" // for the JDK no URI, so that it tells of no name at all
            })
    void aUriThatIsNoSpiffeIdNamesNobodyNotEvenByTheDnsNameBesideIt(String uri) throws Exception {
        for (X509Certificate certificate : List.of(named(uri), named(uri, "tills.shop.example"))) {
            assertThat(CertificateIdentity.of(certificate)).isEmpty();
            assertThat(CertificateIdentity.readable(certificate)).isFalse();
        }
    }

    @Test
    void aSpiffeIdOfMoreThan2048BytesNamesNobody() throws Exception {
        String longest = "spiffe://sluice.dev/" + "a".repeat(2048 - 20);

        assertThat(CertificateIdentity.of(named(longest))).containsExactly(longest);
        assertThat(CertificateIdentity.readable(named(longest + "a"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*.shop.example",
                "tills.shop.example.",
                ".shop.example",
                "tills..example",
                "-tills.example",
                "tills-.example",
                "my_tills.example",
                "tills.example/",
                "tills .example",
                "tills.example\0.evil.example"
            })
    void aDnsNameThatNeedsGuessingNamesNobodyNorDoesAnotherBesideIt(String name) throws Exception {
        assertThat(CertificateIdentity.readable(named(name))).isFalse();
        assertThat(CertificateIdentity.of(named("tills.shop.example", name))).isEmpty();
    }

    @Test
    void twoUrisNameNobody() throws Exception {
        X509Certificate both = named("spiffe://sluice.dev/producer/lab", "spiffe://sluice.dev/producer/webshop");

        assertThat(CertificateIdentity.of(both)).isEmpty();
        assertThat(CertificateIdentity.readable(both)).isFalse();
    }

    @Test // RFC 9525 section 2
    void theCommonNameNamesNobody() throws Exception {
        X509Certificate certificate = read(pki.faulty(FaultyIdentity.NO_SAN).chain());

        assertThat(certificate.getSubjectX500Principal().getName()).contains("CN=webshop");
        assertThat(CertificateIdentity.of(certificate)).isEmpty();
        assertThat(CertificateIdentity.of(read(pki.identity(DevIdentity.PROTECT).chain())))
                .isEmpty();
    }

    private static X509Certificate named(String... names) throws IOException, GeneralSecurityException {
        return read(DevPki.issue(pki, scratch.resolve("named-" + made++), Clock.systemUTC(), names)
                .chain());
    }

    private static X509Certificate read(Path chain) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(chain)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
