package io.sluice.serving.tls;

/** Certificates, key or revocation lists of a server cannot be used. Names the fault and no key material. */
public final class TlsFilesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsFilesException(String message, Throwable cause) {
        super(message, cause);
    }
}
