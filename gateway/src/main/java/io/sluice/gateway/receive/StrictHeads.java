package io.sluice.gateway.receive;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Map;

/**
 * Resets an HTTP/2 stream whose head is malformed (RFC 9113 section 8.1.1) in a way that Netty tolerates, as Netty resets it for
 * the others; and of what {@link HeadRules} ask of HTTP/1.1 the part that Netty does not. Lives on one event loop.
 */
final class StrictHeads extends Http2FrameListenerDecorator {
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");

    private StrictHeads(Http2FrameListener next) {
        super(next);
    }

    /** Looks at the heads of a new HTTP/2 connection; on HTTP/1.1 {@link StrictRequestDecoder} does. */
    static void install(HttpConnection connection) {
        Http2ConnectionHandler handler = ((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .get(Http2ConnectionHandler.class);
        if (handler != null) {
            Http2ConnectionDecoder decoder = handler.decoder();
            decoder.frameListener(new StrictHeads(decoder.frameListener()));
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        require(stream, headers);
        super.onHeadersRead(context, stream, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers headers,
            int dependsOn,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        require(stream, headers);
        super.onHeadersRead(context, stream, headers, dependsOn, weight, exclusive, padding, endOfStream);
    }

    private static void require(int stream, Http2Headers headers) throws Http2Exception {
        if (!valuesEnd(headers) || headers.method() != null && !holds(headers)) { // trailers have no method
            throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "Malformed head");
        }
    }

    private static boolean holds(Http2Headers head) {
        return HttpHeaderValidationUtil.validateToken(head.method()) < 0
                && !head.contains(PROTOCOL) // RFC 8441 section 3: only where a server offered it
                && head.getAll(HttpHeaderNames.HOST).size() <= 1
                && (head.authority() != null || head.contains(HttpHeaderNames.HOST));
    }

    /** Section 8.2.1: with no space or tab. */
    private static boolean valuesEnd(Http2Headers headers) {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence value = field.getValue();
            char last = value.length() == 0 ? 'x' : value.charAt(value.length() - 1);
            if (last == ' ' || last == '\t') {
                return false;
            }
        }
        return true;
    }
}
