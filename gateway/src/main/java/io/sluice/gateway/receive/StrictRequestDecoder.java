package io.sluice.gateway.receive;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Netty's HTTP/1.1 decoder at its strictest, plus {@link HeadBytes} and {@link HeadRules}: no two readers of one request
 * shall differ. Transfer-Encoding beside Content-Length, differing lengths, control bytes and lone line feeds are refused
 * by Netty itself.
 *
 * <p>Vert.x has no public way to choose the decoder; this and {@link ControlFrames} alone use its internals.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    private static final String VERTX_DECODER = "httpDecoder";

    private boolean inHead = true;
    private HeadBytes head = new HeadBytes();
    private final IntConsumer bodyBroken;
    private int heads;
    /** Whether bytes of the head that is awaited came. */
    private boolean headBegan;

    private boolean refused;

    private StrictRequestDecoder(ReceiveLimits limits, IntConsumer bodyBroken) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxLineBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setStrictLineParsing(true));
        this.bodyBroken = bodyBroken;
    }

    /**
     * Replaces the decoder of a new HTTP/1.1 connection; an HTTP/2 connection has none.
     *
     * @param bodyBroken hears, on the event loop, of a body that cannot be read on: which request of the connection it is of,
     *     from 1. Vert.x would end the connection without an answer
     * @return whether a part of the head that is awaited came, to be asked on the event loop
     */
    static BooleanSupplier install(HttpConnection connection, ReceiveLimits limits, IntConsumer bodyBroken) {
        ChannelPipeline pipeline =
                ((HttpServerConnection) connection).channelHandlerContext().pipeline();
        ChannelHandler present = pipeline.get(VERTX_DECODER);
        if (present == null) {
            StreamOrder http2 = pipeline.get(StreamOrder.class);
            return http2 == null ? () -> false : http2::headBegan;
        }
        StrictRequestDecoder decoder = new StrictRequestDecoder(limits, bodyBroken);
        pipeline.replace(present, VERTX_DECODER, decoder);
        return () -> decoder.headBegan;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes()); // what follows a refused head or body belongs to nobody
            return;
        }
        int from = buffer.readerIndex();
        headBegan |= inHead && buffer.isReadable();
        int before = out.size();
        super.decode(context, buffer, out);
        for (int i = from; inHead && i < buffer.readerIndex(); i++) {
            head.feed(buffer.getByte(i)); // in a head the decoder takes whole lines and nothing of the body
        }
        for (Object decoded : List.copyOf(out.subList(before, out.size()))) {
            if (decoded instanceof HttpRequest request) {
                inHead = false;
                headBegan = false;
                heads++;
                judge(request);
            } else if (decoded instanceof HttpContent content
                    && content.decoderResult().isFailure()) {
                refused = true;
                out.remove(content);
                content.release();
                int request = heads;
                context.executor().execute(() -> bodyBroken.accept(request)); // behind what was decoded before
            } else if (decoded instanceof LastHttpContent) {
                inHead = true;
                head = new HeadBytes();
            }
        }
    }

    private void judge(HttpRequest request) {
        if (request.decoderResult().isSuccess() && (head.bad() || !HeadRules.hold(request))) {
            refused = true;
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("Not strict HTTP/1.1")));
        }
        request.setProtocolVersion(HttpVersion.HTTP_1_1); // the answer to any other is of ours
    }
}
