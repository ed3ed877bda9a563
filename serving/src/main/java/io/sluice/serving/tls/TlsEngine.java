package io.sluice.serving.tls;

import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;

/** What does the TLS. */
public enum TlsEngine {
    /** The JDK. It answers every certificate that it refuses with one alert, {@code certificate_unknown}. */
    JDK,
    /** BoringSSL through netty-tcnative, which has to be on the class path. Its alert says what is wrong. */
    OPENSSL;

    /** What Vert.x is to use. @throws TlsFilesException where it is not there */
    SSLEngineOptions options() {
        if (this == JDK) {
            return new JdkSSLEngineOptions();
        }
        if (!OpenSSLEngineOptions.isAvailable()) {
            throw new TlsFilesException("tls.engine is openssl, and netty-tcnative-boringssl-static is not on the class"
                    + " path or has no library for this machine; add it, or set tls.engine: jdk");
        }
        return new OpenSSLEngineOptions().setSessionCacheEnabled(false);
    }
}
