package io.sluice.gateway.receive;

import io.sluice.gateway.parse.RequestHeaders;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A request that arrived whole.
 *
 * @param dataset dataset of the path; null for a choice
 * @param certificate the caller's certificate, its chain verified
 * @param headers the headers that mean something
 * @param body the body, shared, never changed
 * @param traceId what log and problem name it by
 */
public record ReceivedRequest(
        @Nullable String dataset, X509Certificate certificate, RequestHeaders headers, byte[] body, String traceId) {
    /** Whether it carries a subject's choice. */
    public boolean isChoice() {
        return dataset == null;
    }

    @Override
    public String toString() {
        return "ReceivedRequest[" + traceId + ", " + body.length + " bytes]";
    }
}
