package io.sluice.gateway.receive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.sluice.gateway.operate.ConnectionRefusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer's connection has to begin with: a header of the PROXY protocol, version 1 or 2, that names the caller.
 * Nothing behind it is read before the caller is let in, and nothing at all where there is none in time, or one that is too
 * long or of something else than TCP over IP. For one connection, on its event loop.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    /** From connecting to the header's end. A balancer sends it at once, and it fits in one packet. */
    static final Duration LIMIT = Duration.ofSeconds(2);
    /**
     * Beside 232 bytes, which the longest addresses take, what a header of version 2 may hold; none of it is used. One of
     * version 1 is a line of 108 bytes at most.
     */
    private static final int MAX_TLV_BYTES = 1_024;

    private final InetAddress balancer;
    private final Predicate<InetAddress> told;
    private final Consumer<ConnectionRefusal> refused;
    private @Nullable Future<?> late;
    private boolean over;

    private ProxyHeader(InetAddress balancer, Predicate<InetAddress> told, Consumer<ConnectionRefusal> refused) {
        this.balancer = balancer;
        this.told = told;
        this.refused = refused;
    }

    /**
     * Awaits the header of a connection of which nothing was read.
     *
     * @param balancer whose connection it is: the caller where the header tells that there is no other (a health check)
     * @param told hears of the caller, and whether it may stay; else the connection is closed
     * @param refused hears why it was closed otherwise
     */
    static void await(
            Channel channel, InetAddress balancer, Predicate<InetAddress> told, Consumer<ConnectionRefusal> refused) {
        channel.pipeline().addLast(new HAProxyMessageDecoder(MAX_TLV_BYTES), new ProxyHeader(balancer, told, refused));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        late = context.executor()
                .schedule(() -> refuse(context, ConnectionRefusal.PROXY_LATE), LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (late != null) {
            late.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!over && message instanceof HAProxyMessage header) {
                decide(context, header);
            } // what follows the header of who may not stay belongs to nobody
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        if (fault instanceof DecoderException) {
            refuse(context, ConnectionRefusal.PROXY_HEADER);
        } else {
            context.fireExceptionCaught(fault);
        }
    }

    private void decide(ChannelHandlerContext context, HAProxyMessage header) {
        InetAddress caller = caller(header);
        if (caller == null) {
            refuse(context, ConnectionRefusal.PROXY_HEADER);
        } else if (told.test(caller)) {
            context.pipeline().remove(this);
        } else {
            end(context);
        }
    }

    /** Null for one of another family. An IPv4 address in IPv6 becomes the IPv4 address. */
    private @Nullable InetAddress caller(HAProxyMessage header) {
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        if (protocol == HAProxyProxiedProtocol.UNKNOWN) { // which Netty makes of LOCAL too, whatever stands beside it
            return balancer;
        }
        return protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6
                ? NetUtil.createInetAddressFromIpAddressString(header.sourceAddress())
                : null;
    }

    private void refuse(ChannelHandlerContext context, ConnectionRefusal why) {
        if (!over) {
            refused.accept(why);
            end(context);
        }
    }

    private void end(ChannelHandlerContext context) {
        over = true;
        var ignored = context.close(); // gone is what it should be
    }
}
