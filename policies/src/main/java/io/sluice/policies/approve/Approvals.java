package io.sluice.policies.approve;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The officers' signatures over one bundle: {@code approvals.json}, the value of {@code approvals/<digest>}. Immutable.
 *
 * @param bundle SHA-256 of the bundle's archive, hex
 * @param signatures base64 signatures by officer id
 */
public record Approvals(String bundle, SortedMap<String, String> signatures) {
    /** Most signatures that are looked at. */
    public static final int MAX_SIGNATURES = 64;

    public Approvals {
        signatures = Collections.unmodifiableSortedMap(new TreeMap<>(signatures));
    }

    /** Nobody has approved yet. */
    public static Approvals none(String bundle) {
        return new Approvals(bundle, new TreeMap<>());
    }

    /** With one more officer's signature. */
    public Approvals signedBy(OfficerKey key, String tenant) {
        SortedMap<String, String> more = new TreeMap<>(signatures);
        more.put(key.officer(), Base64.getEncoder().encodeToString(key.sign(message(tenant, bundle))));
        return new Approvals(bundle, more);
    }

    /** The officers of a set who approved, sorted; signatures that do not verify count nothing. */
    public List<String> approvedBy(Approvers approvers, String tenant) {
        byte[] message = message(tenant, bundle);
        return signatures.entrySet().stream()
                .filter(entry -> verifies(approvers, entry.getKey(), entry.getValue(), message))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean verifies(Approvers approvers, String officer, String signature, byte[] message) {
        OfficerPublicKey key = approvers.officers().get(officer);
        try {
            return key != null && key.verifies(message, Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }

    /** What an officer signs: the digest, for one tenant, for this use only. */
    private static byte[] message(String tenant, String bundle) {
        return new LengthPrefixed()
                .text("sluice-approval")
                .u8(1)
                .text(tenant)
                .text(bundle)
                .toBytes();
    }

    /** Canonical JSON. */
    public byte[] toBytes() {
        List<Object> list = new ArrayList<>();
        signatures.forEach((officer, signature) -> list.add(Map.of("officer", officer, "signature", signature)));
        return CanonicalJson.bytes(Map.of("bundle", bundle, "approvals", list));
    }

    /** Reads the JSON form. @throws IllegalArgumentException if it is malformed */
    public static Approvals of(byte[] json) {
        try {
            JsonNode root = StrictJson.read(json);
            SortedMap<String, String> signatures = new TreeMap<>();
            JsonNode list = root.path("approvals");
            if (!root.path("bundle").isTextual() || !list.isArray() || list.size() > MAX_SIGNATURES) {
                throw new IllegalArgumentException("approvals.json needs a bundle and at most 64 approvals");
            }
            for (JsonNode approval : list) {
                if (signatures.put(
                                approval.path("officer").asText(),
                                approval.path("signature").asText())
                        != null) {
                    throw new IllegalArgumentException("approvals.json names an officer twice");
                }
            }
            return new Approvals(root.get("bundle").textValue(), signatures);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("approvals.json is not JSON", e);
        }
    }
}
