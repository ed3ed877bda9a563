package io.sluice.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted of an HTTP/2 connection, and what is remembered of its streams. */
class HttpFramesTest {
    private long nanos = 1_000_000_000L;
    private final Http2Connection streams = new DefaultHttp2Connection(true);
    private final ControlFrames frames = new ControlFrames(streams, new Http2FrameAdapter(), () -> nanos);
    private final List<Http2Stream> open = new ArrayList<>();
    private int next = 1;

    @Test
    void aClientThatLosesPatienceDoesNotFlood() throws Exception {
        for (int second = 0; second < 5; second++) {
            open(100);
            nanos += ControlFrames.PATIENCE_NANOS;
            resetAll();
        }

        open(ControlFrames.MOST_RAPID_RESETS);
        resetAll();
        open(1);
        assertThatThrownBy(this::resetAll).isInstanceOf(Http2Exception.class).hasMessage("More than 200 rapid resets");
    }

    private void open(int number) throws Http2Exception {
        for (int i = 0; i < number; i++, next += 2) {
            open.add(streams.remote().createStream(next, false));
        }
    }

    private void resetAll() throws Http2Exception {
        for (Http2Stream stream : open) {
            frames.onRstStreamRead(null, stream.id(), 8);
            stream.close();
        }
        open.clear();
    }

    @Test
    void aStreamThatWasForgottenIsNotTakenForOnePassedOver() {
        EmbeddedChannel channel = new EmbeddedChannel(new StreamOrder());
        channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf());
        int passed = 2 * StreamOrder.MOST_OPEN + 5;
        for (int stream = 1; stream < passed; stream += 2) {
            channel.writeInbound(headers(stream));
        }
        channel.writeInbound(headers(passed + 2));
        channel.releaseInbound();

        assertThat(passes(channel, 1)).isTrue();
        assertThat(passes(channel, passed)).isFalse();
    }

    private static boolean passes(EmbeddedChannel channel, int stream) {
        channel.writeInbound(headers(stream));
        ByteBuf passed = channel.readInbound();
        return passed != null && passed.isReadable();
    }

    private static ByteBuf headers(int stream) {
        return Unpooled.buffer()
                .writeMedium(0)
                .writeByte(Http2FrameTypes.HEADERS)
                .writeByte(Http2Flags.END_HEADERS)
                .writeInt(stream);
    }
}
