package io.sluice.client;

/** There was no room in the client's buffer in time: the gateway takes events more slowly than they are made. */
public final class BufferFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BufferFullException(String message) {
        super(message);
    }
}
