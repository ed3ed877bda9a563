package io.sluice.audit.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.merkle.Hash;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The act of a pruning, as its entry tells it: what was deleted, and what has to be known of it later. The root is over all
 * entries below {@code to}, so whoever kept one of them can still prove it.
 *
 * @param from first entry that was deleted
 * @param to first entry that was not
 * @param root root over the entries below {@code to}
 * @param bytes of the bundles
 * @param digest SHA-256, hex, over the SHA-256 of each bundle in their order
 * @param newest latest {@code recorded} of what was deleted
 * @param last per ingress partition ({@code events.ingress/1/0}) the highest position below {@code to}
 */
public record PrunedAct(
        long from, long to, Hash root, long bytes, String digest, Instant newest, Map<String, Long> last) {
    /** Who writes it: the {@code writer} of its entry. */
    public static final String WRITER = "audit-prune";

    public PrunedAct {
        last = Map.copyOf(last);
    }

    /** The members of the entry's {@code detail}. */
    public Map<String, Object> detail(String origin) {
        Map<String, Object> detail = new TreeMap<>();
        detail.put("log", origin);
        detail.put("from", from);
        detail.put("to", to);
        detail.put("root", root.toBase64());
        detail.put("bundles", (to - from) / TileId.FULL);
        detail.put("bytes", bytes);
        detail.put("bundlesDigest", digest);
        detail.put("newest", newest.toString());
        detail.put("last", last);
        return detail;
    }

    /** The act that an entry tells; empty where it is another entry, another writer's, or of another log. */
    public static Optional<PrunedAct> of(JsonNode entry, String origin) {
        JsonNode detail = entry.path("detail");
        if (!entry.path("type").asText("").equals(AuditEntry.ACT)
                || !entry.path("code").asText("").equals(ActEntry.Code.LOG_PRUNED.code())
                || !entry.path("writer").asText("").equals(WRITER)
                || !detail.path("log").asText("").equals(origin)) {
            return Optional.empty();
        }
        Map<String, Long> last = new TreeMap<>();
        detail.path("last")
                .properties()
                .forEach(one -> last.put(one.getKey(), one.getValue().asLong()));
        try {
            return Optional.of(new PrunedAct(
                    detail.path("from").asLong(-1),
                    detail.path("to").asLong(-1),
                    Hash.of(java.util.Base64.getDecoder()
                            .decode(detail.path("root").asText(""))),
                    detail.path("bytes").asLong(),
                    detail.path("bundlesDigest").asText(""),
                    Instant.parse(detail.path("newest").asText("")),
                    last));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            return Optional.empty();
        }
    }
}
