package io.sluice.serving.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies client certificates by PKIX (RFC 5280) with revocation lists of the whole chain. A certificate that no list in
 * force covers is refused: an outdated list locks everybody out rather than letting a revoked one in. Nothing is fetched.
 * Weak certificates, those of the {@link DenyList} and those whose names cannot be read are refused too.
 *
 * <p>Vert.x' own handling of lists looks only for the serial number and checks neither their signature nor their age.
 *
 * <p>Thread-safe; {@link #load} swaps what it trusts at once.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    /** More lists than that end under one set of files never. */
    private static final int LISTS_BITS = 20;

    private final TlsEngine engine;
    private volatile Loaded loaded;

    /**
     * @param delegate the JDK's verifier
     * @param denied whom the operator shuts out
     * @param deniedAnchors the trusted authorities among them and below them: nobody has to send those along
     * @param generation counts the loads
     * @param at from when on every handshake was verified by it, milliseconds
     * @param lists the revocation lists
     */
    private record Loaded(
            X509ExtendedTrustManager delegate,
            DenyList denied,
            List<X509Certificate> deniedAnchors,
            long generation,
            long at,
            RevocationLists lists) {
        Loaded at(long millis) {
            return new Loaded(delegate, denied, deniedAnchors, generation, millis, lists);
        }

        boolean denies(X509Certificate certificate) {
            return denied.denies(certificate)
                    || deniedAnchors.stream().anyMatch(anchor -> isIssuer(anchor, certificate));
        }
    }

    private PeerTrust(TlsEngine engine, Loaded loaded) {
        this.engine = engine;
        this.loaded = loaded;
    }

    /** Reads the files. */
    static PeerTrust of(TlsConfig config, Clock clock) throws GeneralSecurityException, IOException {
        return new PeerTrust(
                config.options().engine(), read(config, 1).at(clock.instant().toEpochMilli()));
    }

    /** Reads the files again; on a failure the old ones stay in force. One caller at a time. */
    void load(TlsConfig config, Clock clock) throws GeneralSecurityException, IOException {
        Loaded next = read(config, loaded.generation + 1);
        loaded = next;
        // Behind the swap: a handshake that began since was verified by these files. Until then none counts as one.
        loaded = next.at(clock.instant().toEpochMilli());
    }

    /**
     * Counts the loads, and the lists that stopped counting since: a chain that was verified under another number has to be
     * verified again.
     */
    long generation(Instant now) {
        Loaded current = loaded;
        return (current.generation << LISTS_BITS) + current.lists.outdated(now);
    }

    /** Since when the present {@link #generation} is in force, milliseconds. */
    long changedAtMillis(Instant now) {
        Loaded current = loaded;
        return Math.max(current.at, current.lists.lastOutdatedMillis(now));
    }

    /** The revocation lists that count. */
    List<Term> lists() {
        return loaded.lists.latest();
    }

    private static Loaded read(TlsConfig config, long generation) throws GeneralSecurityException, IOException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Set<TrustAnchor> anchors = new HashSet<>();
        try (InputStream in = Files.newInputStream(config.trust())) {
            for (Certificate certificate : factory.generateCertificates(in)) {
                anchors.add(new TrustAnchor((X509Certificate) certificate, null));
            }
        } catch (CertificateException e) {
            throw new CertificateException(config.trust() + " is not a file of certificates", e);
        }
        RevocationLists lists = RevocationLists.read(config.crls(), factory);
        if (anchors.isEmpty()) {
            throw new CertificateException(config.trust() + " holds no certificate");
        }
        PKIXRevocationChecker revocation =
                (PKIXRevocationChecker) CertPathValidator.getInstance("PKIX").getRevocationChecker();
        revocation.setOptions(
                EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists.lists())));
        parameters.addCertPathChecker(revocation);
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(new CertPathTrustManagerParameters(parameters));
        for (TrustManager manager : managers.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                DenyList denied = DenyList.read(config.options().denied());
                return new Loaded(extended, denied, below(denied, anchors), generation, Long.MAX_VALUE, lists);
            }
        }
        throw new GeneralSecurityException("The JDK has no PKIX trust manager");
    }

    /** The authorities that are denied, and those below them: a path may end at any that is trusted. */
    private static List<X509Certificate> below(DenyList denied, Set<TrustAnchor> anchors) {
        List<X509Certificate> rest = new ArrayList<>(
                anchors.stream().map(TrustAnchor::getTrustedCert).toList());
        List<X509Certificate> shut =
                new ArrayList<>(rest.stream().filter(denied::denies).toList());
        rest.removeAll(shut);
        for (int i = 0; i < shut.size(); i++) {
            X509Certificate authority = shut.get(i);
            List<X509Certificate> issued =
                    rest.stream().filter(anchor -> isIssuer(authority, anchor)).toList();
            shut.addAll(issued);
            rest.removeAll(issued);
        }
        return List.copyOf(shut);
    }

    private static boolean isIssuer(X509Certificate authority, X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // another authority of that name
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, delegate -> delegate.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, delegate -> delegate.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine sslEngine)
            throws CertificateException {
        check(chain, delegate -> delegate.checkClientTrusted(chain, authType, sslEngine));
    }

    private interface Pkix {
        void check(X509ExtendedTrustManager delegate) throws CertificateException;
    }

    /** Every certificate that was sent has to be strong, also one that the path does not need. */
    private void check(X509Certificate[] chain, Pkix pkix) throws CertificateException {
        Loaded current = loaded;
        try {
            if (!Arrays.stream(chain).allMatch(Strength::enough)) {
                throw new RefusedChain(HandshakeFault.WEAK);
            }
            pkix.check(current.delegate);
            if (Arrays.stream(chain).anyMatch(current::denies)) {
                throw new RefusedChain(HandshakeFault.DENIED);
            }
            if (!CertificateIdentity.readable(chain[0])) {
                throw new RefusedChain(HandshakeFault.NAME_INVALID);
            }
        } catch (CertificateException e) {
            HandshakeFault fault = HandshakeFault.of(e);
            RefusedChain refused = e instanceof RefusedChain known ? known : new RefusedChain(fault, e);
            throw engine == TlsEngine.OPENSSL ? fault.forOpenSsl(refused) : refused;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("A server trusts clients only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("A server trusts clients only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("A server trusts clients only");
    }

    /** Empty: naming the trusted authorities would tell strangers who our partners are. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
