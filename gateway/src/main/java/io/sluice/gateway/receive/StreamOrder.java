package io.sluice.gateway.receive;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Ends an HTTP/2 connection that sends HEADERS on a stream which the client has ended (STREAM_CLOSED) or passed over
 * (PROTOCOL_ERROR), as RFC 9113 sections 5.1 and 5.1.1 ask; Netty refuses or ignores the stream alone. It reads frame
 * headers as they pass to Netty's decoder and changes none. A stream that this side has reset may still get frames of the
 * client (section 5.4.2) and is open here until the client ends it. Lives on one event loop.
 */
final class StreamOrder extends ChannelInboundHandlerAdapter {
    private static final int END_STREAM = Http2Flags.END_STREAM;

    /** Streams the client left open; beyond, the oldest are forgotten, and Netty alone judges what comes on them. */
    static final int MOST_OPEN = 1_000;

    /** Ended streams that are told from those passed over; either ends the connection. */
    private static final int ENDED_REMEMBERED = 100;

    private final TreeSet<Integer> open = new TreeSet<>();
    private final Deque<Integer> ended = new ArrayDeque<>();
    private final byte[] head = new byte[Http2CodecUtil.FRAME_HEADER_LENGTH];
    private int headBytes;
    private int bytesToPass = Http2CodecUtil.connectionPrefaceBuf().readableBytes();
    private int highest;
    /** The youngest that was forgotten. */
    private int forgotten;

    /** Whether the last frame is of a head, and whether more frames of it follow (RFC 9113 section 4.3). */
    private boolean ofHead;

    private boolean headGoesOn;
    private boolean broken;

    /** Watches a channel behind its TLS handshake, if HTTP/2 was agreed on. */
    static void install(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
            String behind = channel.pipeline().context(tls).name();
            channel.pipeline().addAfter(behind, StreamOrder.class.getSimpleName(), new StreamOrder());
        }
    }

    /** Whether a head came in part. */
    boolean headBegan() {
        return ofHead && (headGoesOn || bytesToPass > 0);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (broken || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message); // what follows a broken rule belongs to nobody
            return;
        }
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            int passed = Math.min(bytesToPass, bytes.writerIndex() - at);
            at += passed;
            bytesToPass -= passed;
            if (bytesToPass == 0 && at < bytes.writerIndex()) {
                head[headBytes++] = bytes.getByte(at++);
                Http2Exception fault = headBytes == head.length ? frame() : null;
                if (fault != null) {
                    bytes.writerIndex(Math.max(bytes.readerIndex(), at - head.length));
                    end(context, bytes, fault);
                    return;
                }
            }
        }
        context.fireChannelRead(bytes);
    }

    /** Takes a whole frame header. @return what it breaks, or null */
    private @Nullable Http2Exception frame() {
        headBytes = 0;
        bytesToPass = number(0) >>> 8;
        int stream = number(5) & Integer.MAX_VALUE;
        ofHead = head[3] == Http2FrameTypes.HEADERS || head[3] == Http2FrameTypes.CONTINUATION;
        headGoesOn = (head[4] & Http2Flags.END_HEADERS) == 0;
        boolean ends = (head[4] & END_STREAM) != 0;
        switch (head[3]) {
            case Http2FrameTypes.HEADERS -> {
                if (stream > highest) {
                    highest = stream;
                    opened(stream);
                } else if (ended.contains(stream)) {
                    return Http2Exception.connectionError(Http2Error.STREAM_CLOSED, "HEADERS on an ended stream");
                } else if (!open.contains(stream) && stream > forgotten) {
                    return Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "HEADERS on a passed stream");
                }
                if (ends) {
                    ended(stream);
                }
            }
            case Http2FrameTypes.DATA -> {
                if (ends) {
                    ended(stream);
                }
            }
            case Http2FrameTypes.RST_STREAM -> ended(stream);
            default -> {} // no other frame opens or ends a stream of a client
        }
        return null;
    }

    private void opened(int stream) {
        open.add(stream);
        if (open.size() > MOST_OPEN) {
            forgotten = Math.max(forgotten, open.first());
            open.pollFirst();
        }
    }

    private void ended(int stream) {
        if (open.remove(stream)) {
            ended.addLast(stream);
            if (ended.size() > ENDED_REMEMBERED) {
                ended.removeFirst();
            }
        }
    }

    /** Four bytes of the frame header, big endian. */
    private int number(int from) {
        return head[from] << 24 | (head[from + 1] & 0xff) << 16 | (head[from + 2] & 0xff) << 8 | head[from + 3] & 0xff;
    }

    /** What came before still counts, so it goes on; then GOAWAY. */
    private void end(ChannelHandlerContext context, ByteBuf before, Http2Exception fault) {
        broken = true;
        context.fireChannelRead(before);
        ChannelHandlerContext http2 = context.pipeline().context(Http2ConnectionHandler.class);
        if (http2 != null) {
            ((Http2ConnectionHandler) http2.handler()).onError(http2, false, fault);
        }
    }
}
