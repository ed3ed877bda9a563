package io.sluice.serving.tls;

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
 * TLS 1.3 of a server from its files, read again when they change. Thread-safe; files are read off the event loop.
 *
 * <p>A connection outlives the moment at which its certificate was verified, and a resumed session skips that moment. So
 * each request asks {@link #requireTrusted}, which verifies the chain again whenever the files changed since.
 */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

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

    /** Reads the files. @throws TlsFilesException where they cannot be used */
    public ServerTls(TlsConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        try {
            this.served = read();
            this.trust = PeerTrust.of(config, clock.instant());
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFilesException(String.valueOf(e.getMessage()), e);
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
            LOG.atInfo().addKeyValue("certificateEnds", next.ends).log("The TLS files were read again");
            return true;
        } catch (IOException | GeneralSecurityException e) {
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("The changed TLS files cannot be used; the old ones stay in force");
            return false;
        }
    }

    /** When the server's certificate or the first revocation list ends. */
    public Instant ends() {
        Instant lists = trust.listsEnd();
        return served.ends.isBefore(lists) ? served.ends : lists;
    }

    /** Client certificates are required, and verified with their revocation. */
    public ServerSSLOptions options() {
        return new ServerSSLOptions()
                .setClientAuth(ClientAuth.REQUIRED)
                .setSni(false)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(
                        new PemKeyCertOptions().setCertValue(served.chain).setKeyValue(served.key))
                .setTrustOptions(TrustOptions.wrap(trust));
    }

    /** Counts the readings of the trust: a chain that was verified under another number has to be verified again. */
    public long generation() {
        return trust.generation();
    }

    /**
     * The caller's certificate, still good.
     *
     * @param verifiedUnder the {@link #generation} that stood before this connection was asked for last; 0 for none
     * @throws CertificateException where it is good no more; the connection has to be closed
     */
    public X509Certificate requireTrusted(HttpConnection connection, long verifiedUnder) throws CertificateException {
        try {
            List<Certificate> chain = connection.peerCertificates();
            X509Certificate leaf = (X509Certificate) chain.get(0);
            Instant now = clock.instant();
            leaf.checkValidity(Date.from(now));
            boolean seenByTheseFiles = verifiedUnder == trust.generation()
                    || connection.sslSession().getCreationTime() > trust.loadedAtMillis();
            if (!seenByTheseFiles || now.isAfter(trust.listsEnd())) {
                trust.checkClientTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
            }
            return leaf;
        } catch (SSLPeerUnverifiedException e) {
            throw new CertificateException("The connection has no certificate", e);
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
