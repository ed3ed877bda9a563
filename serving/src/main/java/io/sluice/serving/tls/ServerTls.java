package io.sluice.serving.tls;

import io.netty.channel.Channel;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of a server from its files, read again when they change. Thread-safe; files are read off the event loop.
 *
 * <p>A connection outlives the moment at which its certificate was verified, and a resumed session skips that moment. So
 * each request asks {@link #requireTrusted}, which verifies the chain again whenever the files changed since, or a revocation list
 * or a certificate of the chain ended.
 */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    /** For what has no end. */
    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z"); // RFC 5280 section 4.1.2.5

    static {
        refuseRenegotiation();
    }

    private final TlsConfig config;
    private final Clock clock;
    private final PeerTrust trust;
    private final EndWatch ends = new EndWatch();
    private volatile Served served;
    /** Why the files could not be used when they were looked at last; empty where they were. Of the reloading thread. */
    private String fault = "";
    /** A fault that stood for two looks. */
    private volatile String lasting = "";

    /**
     * @param state of all files, to see changes
     * @param own the server's certificate and key
     */
    private record Served(long state, OwnCertificate.Read own) {
        Term term() {
            return new Term(
                    "the server's certificate",
                    own.leaf().getNotBefore().toInstant(),
                    own.leaf().getNotAfter().toInstant());
        }
    }

    /** Reads the files. @throws TlsFilesException where they, or the engine, cannot be used */
    public ServerTls(TlsConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        config.options().engine().requireAvailable();
        try {
            this.served = read();
            this.trust = PeerTrust.of(config, clock);
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFilesException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Has the JDK refuse renegotiations that a client of TLS 1.2 asks for: they cost a server more than a client (RFC 9325
     * section 3.5). The JDK looks once, at its first handshake, so a process calls this before any. BoringSSL refuses them
     * always, and TLS 1.3 has none.
     */
    public static void refuseRenegotiation() {
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /**
     * Reads the files again if one changed, and warns in the log, once a day, of a certificate or revocation list that ends
     * soon: in the last quarter of its time, a week before at most. One caller at a time.
     *
     * @return whether the server's own certificate has to be replaced
     */
    public boolean reload() {
        boolean changed = readAgain();
        ends.look(clock.instant(), terms());
        return changed;
    }

    private boolean readAgain() {
        try {
            Served next = read();
            boolean changed = next.state != served.state;
            if (changed) {
                trust.load(config, clock);
                served = next;
                LOG.atInfo().addKeyValue("certificateEnds", next.term().ends()).log("The TLS files were read again");
            }
            fault = "";
            lasting = "";
            return changed;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            String now = e.getClass().getSimpleName() + ": " + e.getMessage();
            if (now.equals(fault)) {
                lasting = now;
            } else {
                LOG.atError()
                        .addKeyValue("fault", now)
                        .log("The changed TLS files cannot be used; the old ones stay in force");
            }
            fault = now;
            return false;
        }
    }

    /**
     * What is wrong with the files; empty where nothing is. Those that do not fit together are told from the second look on:
     * whoever renews them replaces one after the other.
     */
    public Optional<String> finding() {
        Instant now = clock.instant();
        for (Term term : terms()) {
            if (term.ended(now)) {
                return Optional.of(term.what() + " has expired");
            }
        }
        return lasting.isEmpty()
                ? Optional.empty()
                : Optional.of("the changed TLS files cannot be used, the old ones stay in force: " + lasting);
    }

    private List<Term> terms() {
        List<Term> terms = new ArrayList<>(trust.lists());
        terms.add(0, served.term());
        return terms;
    }

    /** When the server's own certificate ends. */
    public Instant certificateEnds() {
        return served.term().ends();
    }

    /**
     * When the first of the revocation lists ends, by its {@code nextUpdate}, where no later one of its authority stands
     * beside it; the year 9999 where there is no list. Whom it covers is shut out 15 minutes later.
     */
    public Instant revocationListsEnd() {
        return trust.lists().stream().map(Term::ends).min(Instant::compareTo).orElse(NEVER);
    }

    /** Client certificates are required, and verified with their revocation. */
    public ServerSSLOptions options() {
        TlsOptions options = config.options();
        ServerSSLOptions ssl = new ServerSSLOptions()
                .setClientAuth(ClientAuth.REQUIRED)
                .setSni(false)
                .setEnabledSecureTransportProtocols(options.protocols())
                .setKeyCertOptions(served.own.options().copy())
                .setTrustOptions(TrustOptions.wrap(trust));
        options.suites().forEach(ssl::addEnabledCipherSuite);
        return ssl;
    }

    /**
     * What does the TLS.
     *
     * @param handshaken gets each channel whose handshake is done, on its event loop and before anything behind it is read
     */
    public SSLEngineOptions engine(Consumer<Channel> handshaken) {
        return new HandshakeWatch(config.options().engine(), handshaken);
    }

    /**
     * Counts what can change a verdict, readings of the trust and ends of revocation lists: a chain that was verified under
     * another number has to be verified again.
     */
    public long generation() {
        return trust.generation(clock.instant());
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
            Date date = Date.from(now);
            leaf.checkValidity(date);
            // A session that OpenSSL resumes says that it was created now; the JDK's keeps its first time.
            boolean createdSince = config.options().engine() == TlsEngine.JDK
                    && connection.sslSession().getCreationTime() > trust.changedAtMillis(now);
            if ((verifiedUnder != trust.generation(now) && !createdSince) || anyEnded(chain, date)) {
                trust.checkClientTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
            }
            return leaf;
        } catch (SSLPeerUnverifiedException e) {
            throw new CertificateException("The connection has no certificate", e);
        }
    }

    /** Whether an authority that was sent has ended. The path may not need it, so the chain has to be verified again. */
    private static boolean anyEnded(List<Certificate> chain, Date now) {
        for (int i = 1; i < chain.size(); i++) {
            try {
                ((X509Certificate) chain.get(i)).checkValidity(now);
            } catch (CertificateExpiredException | CertificateNotYetValidException e) {
                return true;
            }
        }
        return false;
    }

    private Served read() throws IOException, GeneralSecurityException {
        CRC32C state = new CRC32C();
        for (Path file : config.files()) {
            state.update(Files.readAllBytes(file));
        }
        return new Served(state.getValue(), config.own().read());
    }
}
