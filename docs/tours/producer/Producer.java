import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** {@code java Producer.java FILE ID}: posts a FHIR resource and prints the answer. Nothing but the JDK. */
public class Producer {
    public static void main(String[] arguments) throws Exception {
        Path certs = Path.of(System.getenv("CERTS"));
        Path me = certs.resolve("identities");
        HttpClient client = HttpClient.newBuilder()
                .sslContext(tls(me.resolve("st-elsewhere.crt.pem"), me.resolve("st-elsewhere.key.pem"), certs.resolve("root.crt.pem")))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("GATEWAY") + "/v1/datasets/fhir/events"))
                .header("Content-Type", "application/fhir+json")
                .header("Sluice-Purpose", "treatment")
                .header("Idempotency-Key", arguments[1]) // the event's own id: sent twice, it is released once
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofFile(Path.of(arguments[0])))
                .build();
        for (int attempts = 5; ; attempts--) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            Optional<String> wait = answer.headers().firstValue("Retry-After"); // with 429 and 503: come again then
            if (wait.isEmpty() || attempts == 1) {
                System.out.println(answer.statusCode() + " " + answer.body());
                System.exit(answer.statusCode() == 202 ? 0 : 1);
            }
            Thread.sleep(Duration.ofSeconds(Long.parseLong(wait.get())).toMillis());
        }
    }

    /** Shows the certificate of {@code chain}, and trusts nobody but the authority of {@code trust}. All three are PEM. */
    private static SSLContext tls(Path chain, Path key, Path trust) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("me", privateKey(key), new char[0], certificates(chain).toArray(new Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);

        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        for (Certificate authority : certificates(trust)) {
            authorities.setCertificateEntry("authority-" + authorities.size(), authority);
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(authorities);

        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return tls;
    }

    private static Collection<? extends Certificate> certificates(Path pem) throws Exception {
        try (var in = Files.newInputStream(pem)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static PrivateKey privateKey(Path pem) throws Exception {
        String base64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
        PKCS8EncodedKeySpec pkcs8 = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
        return KeyFactory.getInstance("EC").generatePrivate(pkcs8); // "RSA" for an RSA key
    }
}
