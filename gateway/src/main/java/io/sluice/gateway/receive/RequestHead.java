package io.sluice.gateway.receive;

import io.sluice.gateway.parse.RequestHeaders;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A request before its body.
 *
 * @param dataset dataset or group of the path; null for a choice
 * @param certificate the caller's certificate, its chain verified
 * @param headers the headers that mean something
 * @param traceId what log and problem name it by
 */
public record RequestHead(
        @Nullable String dataset, X509Certificate certificate, RequestHeaders headers, String traceId) {
    /** Whether it carries a subject's choice. */
    public boolean isChoice() {
        return dataset == null;
    }

    /** Dataset or group of the path, "null" where it has none. */
    public String address() {
        return String.valueOf(dataset);
    }

    @Override
    public String toString() {
        return "RequestHead[" + traceId + "]";
    }
}
