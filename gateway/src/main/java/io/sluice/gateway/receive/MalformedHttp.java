package io.sluice.gateway.receive;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.sluice.gateway.problem.ProblemCode;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request that the HTTP decoder refused. */
final class MalformedHttp {
    private MalformedHttp() {}

    static ProblemCode code(@Nullable DecoderResult result) {
        Throwable cause = result == null ? null : result.cause();
        if (cause instanceof TooLongHttpLineException) {
            return ProblemCode.URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException ? ProblemCode.HEADERS_TOO_LARGE : ProblemCode.HTTP_MALFORMED;
    }

    static String detail(ProblemCode code, ReceiveLimits limits) {
        return switch (code) {
            case URI_TOO_LONG -> "The request line has at most " + limits.maxLineBytes() + " bytes.";
            case HEADERS_TOO_LARGE -> "All headers together have at most " + limits.maxHeaderBytes() + " bytes.";
            default ->
                "Send HTTP/1.1 with a path, one Host, one Content-Length or chunked Transfer-Encoding, no folded lines,"
                        + " valid header names and values (RFC 9112).";
        };
    }
}
