package io.sluice.gateway.operate;

import java.util.Locale;

/** Why a connection was closed before it asked for anything. */
public enum ConnectionRefusal {
    /** As many connections are open as may be. */
    CAP,
    /** Its producer has as many connections as are free for the others. */
    SHARE,
    /** As many handshakes are under way as may be, of all or of its address. */
    HANDSHAKES,
    /** Its address began too many handshakes lately. */
    ADDRESS_RATE,
    /** Its certificate flooded a connection just now. */
    CALM,
    /** It came from a balancer and did not begin with a header of the PROXY protocol that names a caller over TCP. */
    PROXY_HEADER,
    /** It came from a balancer, and the header did not come in time. */
    PROXY_LATE,
    /** It came from a balancer, and as many headers are awaited as may be. */
    PROXY_WAITING;

    /** The label: the name in lower case with hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
