package io.sluice.serving.tls;

import java.security.cert.CertificateException;

/** A caller's certificates are refused, and why. */
final class RefusedChain extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final HandshakeFault fault;

    RefusedChain(HandshakeFault fault) {
        super(fault.code());
        this.fault = fault;
    }

    RefusedChain(HandshakeFault fault, CertificateException cause) {
        super(fault.code(), cause);
        this.fault = fault;
    }

    HandshakeFault fault() {
        return fault;
    }
}
