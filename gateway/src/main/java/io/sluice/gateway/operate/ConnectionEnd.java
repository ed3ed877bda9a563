package io.sluice.gateway.operate;

import java.util.Locale;

/** Why the gateway ended a connection that it had let in. */
public enum ConnectionEnd {
    /** A request's head was begun, or the first one awaited, and it did not come whole in time. */
    HEAD_TIMEOUT,
    /** Nothing of another request came in time. */
    IDLE,
    /** It flooded: HTTP/2's {@code ENHANCE_YOUR_CALM}. */
    FLOOD,
    /** It broke another rule of HTTP/2 that is about the whole connection (RFC 9113 section 5.4.1). */
    HTTP2_PROTOCOL;

    /** The label: the name in lower case with hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
