package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.approve.SignedReview;
import java.security.PrivateKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * That somebody reviewed a log's activity: which log at which size, which window, what the report said, and their words.
 * Signed, so that it can be verified later against the log, which by then may be longer. Immutable.
 *
 * @param statement what is signed, canonical JSON
 * @param signature base64
 */
public record Review(JsonNode statement, String signature) {
    /** Largest file. */
    public static final int MAX_BYTES = 65_536;
    /** Longest words of a reviewer. */
    public static final int MAX_WORDS = 2_000;

    private static final String FORMAT = "sluice-review-1";

    /**
     * Signs.
     *
     * @param report of the activity that was reviewed
     * @param reviewer who, by the name under which they are known
     * @param words what they found, no personal data; empty for none
     * @param key the public half of {@code secret}
     */
    public static Review sign(
            Report report, String reviewer, String words, OfficerPublicKey key, PrivateKey secret, Instant at) {
        if (words.length() > MAX_WORDS) {
            throw new IllegalArgumentException("the words of a review have " + MAX_WORDS + " characters at most");
        }
        SortedMap<String, Long> findings = new TreeMap<>();
        report.findings().forEach(finding -> findings.merge(finding.code(), 1L, Long::sum));
        Map<String, Object> json = new TreeMap<>();
        json.put("format", FORMAT);
        json.put(
                "log",
                Map.of(
                        "origin",
                        report.basis().origin(),
                        "size",
                        report.basis().size(),
                        "root",
                        report.basis().root()));
        json.put("asked", report.asked());
        json.put("complete", report.basis().complete());
        json.put("report", digest(report));
        json.put("findings", findings);
        json.put("reviewer", reviewer);
        json.put("words", words);
        json.put("key", key.base64());
        json.put("signed", at.toString());
        byte[] statement = CanonicalJson.bytes(json);
        Review review = new Review(parse(statement), SignedReview.sign(secret, statement));
        if (!review.signedBy(key)) {
            throw new IllegalArgumentException("the public key is not that of the private key");
        }
        return review;
    }

    /** SHA-256 of the canonical JSON of a report's {@link Report#figures}, hex. */
    public static String digest(Report report) {
        return Sha256.hex(CanonicalJson.bytes(report.figures()));
    }

    /** Reads a file. @throws IllegalArgumentException where it is no review */
    public static Review of(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new IllegalArgumentException("a review has at most " + MAX_BYTES + " bytes");
        }
        JsonNode json = parse(file);
        Review review =
                new Review(json.path("statement"), json.path("signature").asText(""));
        boolean whole = review.statement.path("format").asText().equals(FORMAT)
                && review.statement.path("log").path("size").isIntegralNumber()
                && review.statement.path("log").path("root").isTextual()
                && review.statement.path("report").isTextual()
                && review.statement.path("asked").isObject();
        if (!whole) {
            throw new IllegalArgumentException("it is no review of the form " + FORMAT);
        }
        try {
            Instant.parse(review.statement.path("signed").asText());
            OfficerPublicKey.ofBase64(review.statement.path("key").asText());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the time of its signature is no time", e);
        }
        return review;
    }

    private static JsonNode parse(byte[] json) {
        try {
            return StrictJson.read(json);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getMessage(), e);
        }
    }

    /** Canonical JSON. */
    public byte[] toBytes() {
        return CanonicalJson.bytes(Map.of("statement", statement, "signature", signature));
    }

    /** Whether that key signed it. */
    public boolean signedBy(OfficerPublicKey key) {
        return SignedReview.verifies(key, CanonicalJson.bytes(statement), signature);
    }

    /** The key that it names: that this signed shows no more than that the review agrees with itself. */
    public OfficerPublicKey named() {
        return OfficerPublicKey.ofBase64(statement.path("key").asText());
    }

    /** How many entries the log had. */
    public long size() {
        return statement.path("log").path("size").asLong();
    }

    /** The root over them, base64. */
    public String root() {
        return statement.path("log").path("root").asText();
    }

    /** The log's name. */
    public String origin() {
        return statement.path("log").path("origin").asText();
    }

    /** Digest of the report that was looked at. */
    public String report() {
        return statement.path("report").asText();
    }

    /** Who reviewed. */
    public String reviewer() {
        return statement.path("reviewer").asText();
    }

    /** When it was signed, by the reviewer's clock. */
    public String signed() {
        return statement.path("signed").asText();
    }

    /** What the report was asked. */
    public Map<String, String> asked() {
        Map<String, String> asked = new LinkedHashMap<>();
        statement
                .path("asked")
                .properties()
                .forEach(one -> asked.put(one.getKey(), one.getValue().asText()));
        return asked;
    }
}
