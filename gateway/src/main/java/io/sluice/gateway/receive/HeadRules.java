package io.sluice.gateway.receive;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.regex.Pattern;

/** What a decoded head of HTTP/1.1 has to be, so that a proxy before us cannot have understood another request. */
final class HeadRules {
    /** RFC 3986 section 3.2 without user information. */
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._~-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");

    private HeadRules() {}

    /** Whether it may go on; target, host and framing are the ones that this gateway serves. */
    static boolean hold(HttpRequest head) {
        HttpHeaders headers = head.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        return head.uri().startsWith("/") // origin-form alone: RFC 9112 section 3.2.1
                && hosts.size() == 1
                && HOST.matcher(hosts.get(0)).matches()
                && onlyOnce(headers, HttpHeaderNames.TRANSFER_ENCODING, "chunked")
                && onlyOnce(headers, HttpHeaderNames.EXPECT, "100-continue")
                && headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size() <= 1;
    }

    private static boolean onlyOnce(HttpHeaders headers, CharSequence name, String value) {
        List<String> values = headers.getAll(name);
        return values.isEmpty() || (values.size() == 1 && values.get(0).equalsIgnoreCase(value));
    }
}
