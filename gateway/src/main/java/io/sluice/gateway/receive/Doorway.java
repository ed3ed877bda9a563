package io.sluice.gateway.receive;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.receive.HandshakePlaces.Visit;
import io.sluice.serving.address.AddressBlock;
import io.sluice.serving.address.AddressBudgets;
import io.sluice.serving.address.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Who may begin a TLS handshake, and who is sent away right behind it. A handshake costs this side about as much as
 * everything else that a caller can do without being known, so it is bounded before it begins: how many are under way, shared
 * among addresses, and how many an address begins in a second. Whoever floods an HTTP/2 connection is not let in with the
 * same certificate for a while, and its address may begin fewer.
 *
 * <p>An address is that of the socket; where the socket is a balancer's, that of the {@link ProxyHeader} which it has to send
 * first. Thread-safe.
 */
public final class Doorway {
    /**
     * Most connections of balancers whose header is awaited. Whose they will be is not known, so this is no share of anybody,
     * and has to hold what a flood brings in the moment before its headers are read.
     */
    static final int MAX_UNNAMED = 4_096;

    /** An address that flooded gets one of so many parts of the rate and of the burst. */
    private static final int CALM_PART = 10;

    private static final AttributeKey<Visit> VISIT = AttributeKey.valueOf(Doorway.class, "visit");

    private final GatewayMetrics metrics;
    private final List<AddressBlock> proxies;
    /** Connections of balancers that have not named their caller. */
    private final Set<Channel> unnamed = ConcurrentHashMap.newKeySet();

    private final HandshakePlaces handshakes;
    private final AddressBudgets budgets;
    private final FloodVerdicts verdicts;
    /** 0 until it is known. */
    private volatile int port;

    /**
     * @param proxies balancers whose connections begin with a header that names the caller; nobody else is believed
     * @param nanoTime a monotonic clock
     */
    public Doorway(ReceiveLimits limits, List<AddressBlock> proxies, GatewayMetrics metrics, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.proxies = List.copyOf(proxies);
        this.handshakes = new HandshakePlaces(limits.maxHandshakes(), metrics, nanoTime);
        // after a restart everybody behind one address may come back, as places become free
        int burst = Math.max(limits.maxConnections(), limits.handshakesPerSecond());
        this.budgets = new AddressBudgets(limits.handshakesPerSecond(), burst, nanoTime);
        this.verdicts = new FloodVerdicts(limits.calm(), nanoTime);
        metrics.gauge("handshakes", "TLS handshakes of the data port that are under way", handshakes::used);
    }

    /** It stands before this port; other servers' callers pass. */
    void open(int itsPort) {
        port = itsPort;
    }

    /** A socket was accepted at a port, and nothing read of it. @return whether it may stay; else it has to be closed */
    boolean enter(Channel channel, int at) {
        if (at != port || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return true;
        }
        InetAddress peer = remote.getAddress();
        return proxies.stream().anyMatch(block -> block.contains(peer))
                ? awaitCaller(channel, peer)
                : admit(channel, peer);
    }

    /** A balancer's connection: it takes no place among the handshakes before it named its caller. */
    private boolean awaitCaller(Channel channel, InetAddress balancer) {
        if (unnamed.size() >= MAX_UNNAMED) {
            metrics.refused(ConnectionRefusal.PROXY_WAITING);
            return false;
        }
        unnamed.add(channel);
        channel.closeFuture().addListener(closed -> unnamed.remove(channel));
        ProxyHeader.await(
                channel,
                balancer,
                caller -> {
                    unnamed.remove(channel);
                    return admit(channel, caller);
                },
                metrics::refused);
        return true;
    }

    /** Whether a caller may begin a handshake. */
    private boolean admit(Channel channel, InetAddress caller) {
        Network network = Network.of(caller);
        if (!budgets.take(network, verdicts.stands(network.prefix()) ? CALM_PART : 1)) {
            metrics.refused(ConnectionRefusal.ADDRESS_RATE);
            return false;
        }
        Visit visit = handshakes.take(channel, network);
        if (visit == null) {
            budgets.giveBack(network);
            metrics.refused(ConnectionRefusal.HANDSHAKES);
            return false;
        }
        channel.attr(VISIT).set(visit);
        channel.closeFuture().addListener(closed -> visit.end());
        return true;
    }

    /** A handshake is done, and nothing read behind it. @return whether the caller may stay; else it was closed */
    boolean handshaken(Channel channel) {
        Visit visit = channel.attr(VISIT).get();
        if (visit != null) {
            visit.end();
        }
        String certificate = verdicts.any() ? certificate(channel) : null;
        if (certificate == null || !verdicts.stands(certificate)) {
            return true;
        }
        metrics.refused(ConnectionRefusal.CALM);
        var ignored = channel.close(); // gone is what it should be
        return false;
    }

    /** A connection was ended because it flooded. */
    void flooded(Channel channel) {
        String certificate = certificate(channel);
        if (certificate != null) {
            verdicts.give(certificate);
        }
        Visit visit = channel.attr(VISIT).get();
        if (visit != null) {
            verdicts.give(visit.network().prefix());
        }
    }

    /** Names the certificate and not its holder: others of one name may have certificates of their own. */
    private static @Nullable String certificate(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        try {
            Certificate[] chain = tls == null ? null : tls.engine().getSession().getPeerCertificates();
            return chain == null
                    ? null
                    : HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded()));
        } catch (SSLPeerUnverifiedException gone) {
            return null;
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("SHA-256 of a certificate that was verified", e);
        }
    }
}
