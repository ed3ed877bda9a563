package io.sluice.gateway.receive;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;

/**
 * Netty's HTTP/1.1 decoder at its strictest, plus a refusal of folded header lines (RFC 9112 section 5.2 lets a server
 * choose): no two readers of one request shall differ. Transfer-Encoding beside Content-Length, differing lengths and lone
 * line feeds are refused by Netty itself.
 *
 * <p>Vert.x has no public way to choose the decoder; this is the only place that uses its internals.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    private static final String VERTX_DECODER = "httpDecoder";

    private boolean inHead = true;
    private boolean folded;
    private boolean refused;
    private byte last = 0;

    private StrictRequestDecoder(ReceiveLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxLineBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setStrictLineParsing(true));
    }

    /** Replaces the decoder of a new HTTP/1.1 connection; an HTTP/2 connection has none. */
    static void install(HttpConnection connection, ReceiveLimits limits) {
        ChannelPipeline pipeline =
                ((HttpServerConnection) connection).channelHandlerContext().pipeline();
        ChannelHandler present = pipeline.get(VERTX_DECODER);
        if (present != null) {
            pipeline.replace(present, VERTX_DECODER, new StrictRequestDecoder(limits));
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes()); // what follows a refused head belongs to nobody
            return;
        }
        int from = buffer.readerIndex();
        int before = out.size();
        super.decode(context, buffer, out);
        if (inHead) {
            look(buffer, from, buffer.readerIndex());
        }
        for (Object decoded : List.copyOf(out.subList(before, out.size()))) {
            if (decoded instanceof HttpMessage message) {
                inHead = false;
                last = 0;
                if (folded) {
                    refused = true;
                    message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("Folded header line")));
                }
            } else if (decoded instanceof LastHttpContent) {
                inHead = true;
            }
        }
    }

    /** In a head the decoder consumes whole lines and nothing of the body. */
    private void look(ByteBuf buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            byte here = buffer.getByte(i);
            folded |= last == '\n' && (here == ' ' || here == '\t');
            last = here;
        }
    }
}
