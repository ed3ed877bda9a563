package io.sluice.gateway.receive;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;
import java.util.List;

/**
 * The NIO transport of Vert.x with a {@link Doorway} at its sockets: Vert.x shows a connection only when its handshake is
 * paid for. Like {@link StrictRequestDecoder} it uses internals, as there is no public way.
 */
public final class DoorTransport implements Transport {
    private final Doorway doorway;

    public DoorTransport(Doorway doorway) {
        this.doorway = doorway;
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public Throwable unavailabilityCause() {
        throw new IllegalStateException("NIO is always there");
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return new NioTransport() {
            @Override
            public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
                return domainSocket ? super.serverChannelFactory(true) : () -> new Server(doorway);
            }
        };
    }

    private static final class Server extends NioServerSocketChannel {
        private final Doorway doorway;

        private Server(Doorway doorway) {
            this.doorway = doorway;
        }

        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            int before = accepted.size();
            int read = super.doReadMessages(accepted);
            for (int i = accepted.size() - 1; i >= before; i--) {
                Channel channel = (Channel) accepted.get(i);
                if (!doorway.enter(channel, localAddress().getPort())) {
                    accepted.remove(i);
                    channel.unsafe().closeForcibly();
                }
            }
            return read;
        }
    }
}
