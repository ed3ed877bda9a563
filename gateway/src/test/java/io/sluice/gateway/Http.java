package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Clients of the data port: the JDK's, and raw bytes for what no honest client sends. */
final class Http {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final char[] NO_PASSWORD = new char[0];

    private Http() {}

    /** An answer. */
    record Answer(int status, JsonNode json, HttpResponse<byte[]> raw) {
        String code() {
            return json.path("code").asText();
        }
    }

    static HttpClient client(PkiFiles pki, @Nullable PemIdentity identity, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(context(pki, identity))
                .version(version)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    static HttpRequest.Builder post(int port, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(Duration.ofSeconds(40));
    }

    static Answer send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        JsonNode json = response.body().length == 0 ? MAPPER.nullNode() : MAPPER.readTree(response.body());
        return new Answer(response.statusCode(), json, response);
    }

    /** Sends bytes and reads until the server closes or has answered once. */
    static String raw(PkiFiles pki, PemIdentity identity, int port, String request) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context(pki, identity).getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                answer.write(buffer, 0, n);
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    static SSLContext context(PkiFiles pki, @Nullable PemIdentity identity) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(
                    "root", factory.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(pki.trust()))));
            TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
            trusted.init(trust);
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (identity != null) {
                Collection<? extends Certificate> chain =
                        factory.generateCertificates(new ByteArrayInputStream(Files.readAllBytes(identity.chain())));
                own.setKeyEntry("own", key(identity.key()), NO_PASSWORD, chain.toArray(Certificate[]::new));
            }
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new Insistent((X509ExtendedKeyManager) keys.getKeyManagers()[0])},
                    trusted.getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes an identity into a PKCS#12 store. */
    static void pkcs12(PemIdentity identity, Path file, String password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(identity.chain())));
        store.setKeyEntry("own", key(identity.key()), password.toCharArray(), chain.toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
    }

    /** Shows its one certificate whatever the server asks for: the JDK's own keeps back what it thinks refused. */
    private static final class Insistent extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;

        Insistent(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket at) {
            for (String type : List.of("EC", "RSA")) {
                String[] aliases = keys.getClientAliases(type, null);
                if (aliases != null && List.of(types).contains(type)) {
                    return aliases[0];
                }
            }
            return null;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return chooseClientAlias(types, issuers, null);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return keys.getClientAliases(type, issuers);
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return keys.chooseEngineServerAlias(type, issuers, engine);
        }
    }

    private static PrivateKey key(Path pem) throws IOException, GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder()
                .decode(Files.readString(pem)
                        .replaceAll("-----[A-Z ]+-----", "")
                        .strip());
        for (String algorithm : new String[] {"EC", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                continue;
            }
        }
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
