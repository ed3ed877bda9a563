package io.sluice.serving.tls;

import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.OpenSSLEngineOptions;

/** What does the TLS. */
public enum TlsEngine {
    /** The JDK. It answers every certificate that it refuses with one alert, {@code certificate_unknown}. */
    JDK(SslProvider.JDK),
    /** BoringSSL through netty-tcnative, which has to be on the class path. Its alert says what is wrong. */
    OPENSSL(SslProvider.OPENSSL);

    private final SslProvider provider;

    TlsEngine(SslProvider provider) {
        this.provider = provider;
    }

    SslProvider provider() {
        return provider;
    }

    /** @throws TlsFilesException where it is not there */
    void requireAvailable() {
        if (this == OPENSSL && !OpenSSLEngineOptions.isAvailable()) {
            throw new TlsFilesException("tls.engine is openssl, and netty-tcnative-boringssl-static is not on the class"
                    + " path or has no library for this machine; add it, or set tls.engine: jdk");
        }
    }
}
