package io.sluice.gateway;

import java.net.BindException;

/** The gateway cannot start or go on. The message says which setting to look at. */
public final class GatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GatewayException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A port that could not be bound. */
    public static GatewayException port(String what, String host, int port, String setting, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof BindException)) {
            root = root.getCause();
        }
        return root instanceof BindException
                ? new GatewayException(
                        "Port " + port + " on " + host + " (the " + what
                                + ") is taken by another program or not ours to bind: stop that program, or set "
                                + setting
                                + " to another port (0 picks a free one).",
                        cause)
                : new GatewayException(
                        "The " + what + " on " + host + ":" + port + " cannot open (" + setting + ")", cause);
    }
}
