package io.sluice.gateway.receive;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.operate.GatewayMetrics;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Who may begin a TLS handshake, and who is sent away right behind it. A handshake costs this side about as much as
 * everything else that a caller can do without being known, so it is bounded before it begins: how many are under way, shared
 * among addresses, and how many an address begins in a second. Whoever floods an HTTP/2 connection is not let in with the
 * same certificate for a while, and its address may begin fewer. Thread-safe.
 */
public final class Doorway {
    private static final AttributeKey<Visit> VISIT = AttributeKey.valueOf(Doorway.class, "visit");

    private final GatewayMetrics metrics;
    private final FairShare handshakes;
    private final AddressBudgets budgets;
    private final FloodVerdicts verdicts;
    /** 0 until it is bound. */
    private volatile int port;

    /** A handshake under way. */
    private final class Visit {
        private final String address;
        private final AtomicBoolean over = new AtomicBoolean();

        private Visit(String address) {
            this.address = address;
        }

        private void end() {
            if (over.compareAndSet(false, true)) {
                handshakes.release(address);
            }
        }
    }

    /** @param nanoTime a monotonic clock */
    public Doorway(ReceiveLimits limits, GatewayMetrics metrics, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.handshakes = new FairShare(limits.maxHandshakes());
        // after a restart everybody behind one address may come back at once
        int burst = Math.max(limits.maxConnections(), limits.handshakesPerSecond());
        this.budgets = new AddressBudgets(limits.handshakesPerSecond(), burst, nanoTime);
        this.verdicts = new FloodVerdicts(limits.calm(), nanoTime);
        metrics.gauge("handshakes", "TLS handshakes of the data port that are under way", handshakes::used);
    }

    /** It stands before this port; other servers' callers pass. */
    void open(int boundPort) {
        port = boundPort;
    }

    /** A socket was accepted at a port, and nothing read of it. @return whether it may stay; else it has to be closed */
    boolean enter(Channel channel, int at) {
        if (at != port || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return true;
        }
        String address = AddressBudgets.key(remote.getAddress());
        if (!budgets.take(address, verdicts.stands(address))) {
            metrics.refused(ConnectionRefusal.ADDRESS_RATE);
            return false;
        }
        if (handshakes.take(address) != FairShare.Verdict.TAKEN) {
            metrics.refused(ConnectionRefusal.HANDSHAKES);
            return false;
        }
        Visit visit = new Visit(address);
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
            verdicts.give(visit.address);
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
