package io.sluice.policies.build;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.Names;
import io.sluice.policies.approve.Authorship;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle says about itself beyond OPA's manifest: OPA's signature has no freshness, so an old signed bundle would
 * pass for ever. Stands under {@code metadata.sluice} in {@code .manifest}.
 *
 * @param tenant the deployment it is for
 * @param revision monotonic, from 1
 * @param notBefore first instant at which it may decide
 * @param expires instant from which no record is stamped with it
 * @param regoSources digest of the Rego, capabilities and entrypoints that {@code policy.wasm} was compiled from
 * @param author who wrote it, as it says itself; null where it names nobody
 */
public record BundleMetadata(
        String tenant,
        long revision,
        Instant notBefore,
        Instant expires,
        String regoSources,
        @Nullable Authorship author) {
    public BundleMetadata {
        Names.requireId("tenant", tenant);
        if (revision < 1) {
            throw new IllegalArgumentException("a revision is at least 1");
        }
        if (!expires.isAfter(notBefore)) {
            throw new IllegalArgumentException("a bundle expires after it begins");
        }
        if (notBefore.getNano() != 0 || expires.getNano() != 0) {
            throw new IllegalArgumentException("not-before and expiry are whole seconds");
        }
    }

    /** Whether records may be stamped with it at an instant. */
    public boolean inForce(Instant at) {
        return !at.isBefore(notBefore) && at.isBefore(expires);
    }

    /** The same, by an author. */
    BundleMetadata by(Authorship who) {
        return new BundleMetadata(tenant, revision, notBefore, expires, regoSources, who);
    }

    /** The JSON object of the manifest. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("tenant", tenant);
        json.put("revision", revision);
        json.put("notBefore", notBefore.toString());
        json.put("expires", expires.toString());
        json.put("regoSources", regoSources);
        if (author != null) {
            json.put("author", Map.of("officer", author.officer(), "signature", author.signature()));
        }
        return json;
    }

    /**
     * Reads the JSON object.
     *
     * @throws IllegalArgumentException if a member is missing or malformed
     */
    public static BundleMetadata of(JsonNode json) {
        try {
            if (!json.path("revision").isIntegralNumber()
                    || !json.path("revision").canConvertToLong()) {
                throw new IllegalArgumentException("metadata.sluice.revision must be a number");
            }
            return new BundleMetadata(
                    text(json, "tenant"),
                    json.get("revision").longValue(),
                    Instant.parse(text(json, "notBefore")),
                    Instant.parse(text(json, "expires")),
                    text(json, "regoSources"),
                    author(json.path("author")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("metadata.sluice holds no valid times", e);
        }
    }

    private static @Nullable Authorship author(JsonNode json) {
        return json.isMissingNode() ? null : new Authorship(text(json, "officer"), text(json, "signature"));
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new IllegalArgumentException("metadata.sluice." + name + " must be a string");
        }
        return json.get(name).textValue();
    }
}
