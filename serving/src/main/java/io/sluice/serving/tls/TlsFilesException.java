package io.sluice.serving.tls;

/** Certificates, key, revocation lists or engine of a server cannot be used. Names the fault and no key material. */
public final class TlsFilesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsFilesException(String message) {
        super(message);
    }

    TlsFilesException(String message, Throwable cause) {
        super(message, cause);
    }
}
