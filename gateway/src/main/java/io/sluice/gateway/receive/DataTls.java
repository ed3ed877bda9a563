package io.sluice.gateway.receive;

import io.sluice.gateway.GatewayException;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the data port from its files, read again when they change. Thread-safe; files are read off the event loop.
 *
 * <p>A connection outlives the moment at which its certificate was verified, and a resumed session skips that moment. So
 * each request asks {@link #requireTrusted}, which verifies the chain again whenever the files changed since.
 */
public final class DataTls {
    private static final Logger LOG = LoggerFactory.getLogger(DataTls.class);

    private final TlsConfig config;
    private final Clock clock;
    private final PeerTrust trust;
    private volatile Served served;

    /**
     * @param state of all files, to see changes
     * @param chain PEM
     * @param key PEM
     * @param ends when the server's certificate ends
     */
    private record Served(long state, Buffer chain, Buffer key, Instant ends) {}

    /** Reads the files. @throws GatewayException naming the setting that is at fault */
    public DataTls(TlsConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        try {
            this.served = read();
            this.trust = PeerTrust.of(config, clock.instant());
        } catch (IOException | GeneralSecurityException e) {
            throw new GatewayException(
                    "The files of gateway.chain, gateway.key, gateway.trust and gateway.crls cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Reads the files again if one changed. @return whether the server's own certificate has to be replaced */
    public boolean reload() {
        try {
            Served next = read();
            if (next.state == served.state) {
                return false;
            }
            trust.load(config, clock.instant());
            served = next;
            LOG.atInfo().addKeyValue("certificateEnds", next.ends).log("The data port's TLS files were read again");
            return true;
        } catch (IOException | GeneralSecurityException e) {
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("The data port's changed TLS files cannot be used; the old ones stay in force");
            return false;
        }
    }

    /** When the server's certificate or the first revocation list ends. */
    public Instant ends() {
        Instant lists = trust.listsEnd();
        return served.ends.isBefore(lists) ? served.ends : lists;
    }

    ServerSSLOptions options() {
        return new ServerSSLOptions()
                .setClientAuth(ClientAuth.REQUIRED)
                .setSni(false)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(
                        new PemKeyCertOptions().setCertValue(served.chain).setKeyValue(served.key))
                .setTrustOptions(TrustOptions.wrap(trust));
    }

    /**
     * The caller's certificate, still good.
     *
     * @throws RefusedException {@code certificate-invalid}; the connection has to be closed
     */
    X509Certificate requireTrusted(HttpConnection connection, Connections.Guard guard) {
        try {
            List<Certificate> chain = connection.peerCertificates();
            X509Certificate leaf = (X509Certificate) chain.get(0);
            Instant now = clock.instant();
            leaf.checkValidity(Date.from(now));
            long generation = trust.generation();
            boolean seenByTheseFiles = guard.verifiedUnder() == generation
                    || connection.sslSession().getCreationTime() > trust.loadedAtMillis();
            if (!seenByTheseFiles || now.isAfter(trust.listsEnd())) {
                trust.checkClientTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
            }
            guard.verified(generation);
            return leaf;
        } catch (CertificateException | SSLPeerUnverifiedException e) {
            throw RefusedException.of(
                    ProblemCode.CERTIFICATE_INVALID,
                    "The certificate of this connection has expired or was revoked. Connect with a valid one.");
        }
    }

    private Served read() throws IOException, GeneralSecurityException {
        byte[] chain = Files.readAllBytes(config.chain());
        byte[] key = Files.readAllBytes(config.key());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(chain);
        all.writeBytes(key);
        all.writeBytes(Files.readAllBytes(config.trust()));
        for (Path crl : config.crls()) {
            all.writeBytes(Files.readAllBytes(crl));
        }
        java.util.zip.CRC32C state = new java.util.zip.CRC32C();
        state.update(all.toByteArray());
        X509Certificate own = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(chain));
        return new Served(
                state.getValue(),
                Buffer.buffer(chain),
                Buffer.buffer(key),
                own.getNotAfter().toInstant());
    }
}
