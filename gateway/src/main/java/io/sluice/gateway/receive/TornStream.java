package io.sluice.gateway.receive;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a request whose HTTP/2 stream its client broke, before the stream is reset for it (RFC 9113 section 8.1.1 lets a
 * server do so). Netty finds such a fault, and Vert.x tells it and writes nothing more; the reset follows right behind.
 * Like {@link StrictRequestDecoder} it uses internals, as there is no public way.
 */
final class TornStream {
    private static final Logger LOG = LoggerFactory.getLogger(TornStream.class);

    private TornStream() {}

    /** Whether that is why a request ended before its body did, and not a reset by its client or a connection that broke. */
    static boolean is(Throwable fault) {
        return fault instanceof Http2Exception.StreamException broken && broken.error() == Http2Error.PROTOCOL_ERROR;
    }

    /** Of lines, Kafka may have some already, and the answer cannot wait for it. */
    static Problem problem() {
        return Problem.of(
                ProblemCode.HTTP_MALFORMED,
                "The body has another length than its Content-Length says, or what follows it is no trailer as RFC 9113"
                        + " section 8.1 has them; its stream is reset. Of a batch of lines, those before may be stored:"
                        + " repeat it with the same ids.");
    }

    /**
     * Sends a response whose head was not sent, as far as the client's windows allow at once. On the event loop, while Vert.x
     * tells of the fault.
     */
    static void answer(HttpServerRequest request, HttpServerResponse response, byte[] body) {
        ChannelHandlerContext context = ((HttpServerConnection) request.connection()).channelHandlerContext();
        Http2ConnectionEncoder encoder = ((Http2ConnectionHandler) context.handler()).encoder();
        Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(response.getStatusCode()));
        response.headers().forEach((name, value) -> head.add(name, value));
        int stream = Math.toIntExact(response.streamId());
        boolean bodiless = request.method().equals(HttpMethod.HEAD);
        // As elsewhere: where the client hung up, nobody hears it.
        var ignored = encoder.writeHeaders(context, stream, head, 0, bodiless, context.newPromise());
        if (!bodiless) {
            var unused =
                    encoder.writeData(context, stream, Unpooled.wrappedBuffer(body), 0, true, context.newPromise());
        }
        try {
            encoder.flowController().writePendingBytes();
        } catch (Http2Exception e) {
            LOG.atWarn().addKeyValue("fault", e.getMessage()).log("The answer to a torn request was not sent");
        }
    }
}
