package io.sluice.gateway.receive;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Ends an HTTP/2 connection that sends more PING, SETTINGS and PRIORITY frames than one has a use for: each costs us work
 * and it nothing (RFC 9113 section 10.5). Resets, CONTINUATION and empty DATA frames are bounded by Netty. Lives on one
 * event loop.
 */
final class ControlFrames extends Http2FrameListenerDecorator {
    /** Most of them in {@link #WINDOW_NANOS}. */
    static final int MOST = 1_000;

    private static final long WINDOW_NANOS = 10_000_000_000L;

    private long windowFrom = System.nanoTime();
    private int count;

    private ControlFrames(Http2FrameListener next) {
        super(next);
    }

    /** Counts those of a new HTTP/2 connection; on HTTP/1.1 there are none. */
    static void install(HttpConnection connection) {
        Http2ConnectionHandler handler = ((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .get(Http2ConnectionHandler.class);
        if (handler != null) {
            Http2ConnectionDecoder decoder = handler.decoder();
            decoder.frameListener(new ControlFrames(decoder.frameListener()));
        }
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        count();
        super.onPingRead(context, data);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        count();
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext context, int stream, int dependsOn, short weight, boolean exclusive)
            throws Http2Exception {
        count();
        super.onPriorityRead(context, stream, dependsOn, weight, exclusive);
    }

    private void count() throws Http2Exception {
        long now = System.nanoTime();
        if (now - windowFrom > WINDOW_NANOS) {
            windowFrom = now;
            count = 0;
        }
        if (++count > MOST) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "More than %d PING, SETTINGS and PRIORITY frames", MOST);
        }
    }
}
