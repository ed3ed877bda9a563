package io.sluice.cluster;

/** A cluster refused an administrative request, or did not answer in time. The message says which request. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
