package io.sluice.serving.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * A {@link TlsEngine} that shows each channel when its handshake is done, on its event loop and before a byte behind the
 * handshake is read. Vert.x shows an HTTP/2 connection only when its first frames have been. Immutable.
 */
final class HandshakeWatch extends SSLEngineOptions {
    private final TlsEngine engine;
    private final Consumer<Channel> handshaken;

    HandshakeWatch(TlsEngine engine, Consumer<Channel> handshaken) {
        this.engine = engine;
        this.handshaken = handshaken;
    }

    @Override
    public SSLEngineOptions copy() {
        return this;
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new DefaultSslContextFactory(engine.provider(), false) {
            @Override
            public SslContext create() throws SSLException {
                return new Watched(super.create());
            }
        };
    }

    private final class Watched extends DelegatingSslContext {
        private Watched(SslContext context) {
            super(context);
        }

        @Override
        protected void initEngine(SSLEngine engine) {} // it is the handler that knows its channel

        @Override
        protected void initHandler(SslHandler handler) {
            handler.handshakeFuture().addListener((Future<Channel> done) -> {
                if (done.isSuccess()) {
                    handshaken.accept(done.getNow());
                }
            });
        }
    }
}
