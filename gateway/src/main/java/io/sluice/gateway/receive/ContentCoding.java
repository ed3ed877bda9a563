package io.sluice.gateway.receive;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a body is coded on its way (RFC 9110 section 8.4): not at all, or once with gzip where that is allowed. */
enum ContentCoding {
    IDENTITY,
    GZIP;

    /**
     * Reads {@code Content-Encoding}.
     *
     * @throws RefusedException {@code content-encoding-unsupported}
     */
    static ContentCoding of(@Nullable String header, Decompression decompression) {
        String coding = header == null ? "identity" : header.strip().toLowerCase(Locale.ROOT);
        if (coding.equals("identity")) {
            return IDENTITY;
        }
        if (decompression.enabled() && (coding.equals("gzip") || coding.equals("x-gzip"))) {
            return GZIP;
        }
        throw RefusedException.of(
                ProblemCode.CONTENT_ENCODING_UNSUPPORTED,
                decompression.enabled()
                        ? "A body is compressed with gzip, once, or not at all; send it so."
                        : "Compressed bodies are not accepted; send it without Content-Encoding.");
    }

    /** The {@code Accept-Encoding} of an answer that refuses a coding (RFC 9110 section 12.5.3). */
    static String accepted(Decompression decompression) {
        return decompression.enabled() ? "gzip" : "identity";
    }
}
