package io.sluice.gateway.receive;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.function.LongSupplier;

/**
 * Ends an HTTP/2 connection that sends more PING, SETTINGS and PRIORITY frames than one has a use for, or resets more
 * streams right after it opened them: each costs us work and it nothing (RFC 9113 section 10.5). Whoever loses patience with
 * an answer resets too, and is bounded by the streams that it may have. CONTINUATION and empty DATA frames are bounded by
 * Netty. Lives on one event loop.
 */
final class ControlFrames extends Http2FrameListenerDecorator {
    /** Most of them in {@link #WINDOW_NANOS}. */
    static final int MOST = 1_000;

    /** Most rapid resets in it. */
    static final int MOST_RAPID_RESETS = 200;

    /** A reset of a stream that was open for so long is not rapid. */
    static final long PATIENCE_NANOS = 1_000_000_000L;

    private static final long WINDOW_NANOS = 10_000_000_000L;

    private final Http2Connection streams;
    private final Http2Connection.PropertyKey openedNanos;
    private final LongSupplier nanoTime;
    private long windowFrom;
    private int count;
    private int rapidResets;

    /** @param nanoTime a monotonic clock */
    ControlFrames(Http2Connection streams, Http2FrameListener next, LongSupplier nanoTime) {
        super(next);
        this.streams = streams;
        this.openedNanos = streams.newKey();
        this.nanoTime = nanoTime;
        this.windowFrom = nanoTime.getAsLong();
        streams.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(Http2Stream stream) {
                stream.setProperty(openedNanos, nanoTime.getAsLong());
            }
        });
    }

    /** Counts those of a new HTTP/2 connection; on HTTP/1.1 there are none. */
    static void install(HttpConnection connection) {
        Http2ConnectionHandler handler = ((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .get(Http2ConnectionHandler.class);
        if (handler != null) {
            Http2ConnectionDecoder decoder = handler.decoder();
            decoder.frameListener(new ControlFrames(decoder.connection(), decoder.frameListener(), System::nanoTime));
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

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long reason) throws Http2Exception {
        Http2Stream reset = streams.stream(stream);
        Long opened = reset == null ? null : reset.getProperty(openedNanos);
        if (opened != null && window() - opened < PATIENCE_NANOS && ++rapidResets > MOST_RAPID_RESETS) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "More than %d rapid resets", MOST_RAPID_RESETS);
        }
        super.onRstStreamRead(context, stream, reason);
    }

    /** Begins a new window where the last one is over. @return the time */
    private long window() {
        long now = nanoTime.getAsLong();
        if (now - windowFrom > WINDOW_NANOS) {
            windowFrom = now;
            count = 0;
            rapidResets = 0;
        }
        return now;
    }

    private void count() throws Http2Exception {
        window();
        if (++count > MOST) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "More than %d PING, SETTINGS and PRIORITY frames", MOST);
        }
    }
}
