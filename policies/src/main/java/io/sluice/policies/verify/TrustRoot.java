package io.sluice.policies.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Names;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.approve.Approvers;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a room pins: its tenant, the keys that sign bundles, and who approves the first revision (and all later ones, until
 * a revision in force names approvers of its own). Nothing received can change it. Immutable.
 *
 * @param tenant the deployment
 * @param bundleKeys trusted bundle signing keys by key id
 * @param approvers officers of the first revision
 */
public record TrustRoot(String tenant, SortedMap<String, PublicKey> bundleKeys, Approvers approvers) {
    public TrustRoot {
        Names.requireId("tenant", tenant);
        bundleKeys = Collections.unmodifiableSortedMap(new TreeMap<>(bundleKeys));
        if (bundleKeys.isEmpty() || approvers.officers().isEmpty()) {
            throw new IllegalArgumentException("a trust root names at least one bundle key and one officer");
        }
    }

    /** Canonical JSON: {@code trust-root.json}. */
    public byte[] toBytes() {
        List<Object> keys = new ArrayList<>();
        bundleKeys.forEach((id, key) -> keys.add(Map.of(
                "id",
                id,
                "algorithm",
                key.getAlgorithm(),
                "spki",
                Base64.getEncoder().encodeToString(key.getEncoded()))));
        List<Object> officers = new ArrayList<>();
        approvers.officers().forEach((id, key) -> {
            Map<String, Object> officer = new TreeMap<>(Map.of("id", id, "key", key.base64()));
            if (approvers.dpos().contains(id)) {
                officer.put("role", Approvers.DPO);
            }
            officers.add(officer);
        });
        Map<String, Object> json = new TreeMap<>(
                Map.of("tenant", tenant, "bundleKeys", keys, "required", approvers.required(), "officers", officers));
        if (approvers.alone()) {
            json.put("alone", true);
        }
        return CanonicalJson.bytes(json);
    }

    /** Reads {@code trust-root.json}. @throws IllegalArgumentException if it is malformed */
    public static TrustRoot of(byte[] json) {
        try {
            JsonNode root = StrictJson.read(json);
            SortedMap<String, PublicKey> keys = new TreeMap<>();
            for (JsonNode key : root.path("bundleKeys")) {
                byte[] spki = Base64.getDecoder().decode(key.path("spki").asText());
                keys.put(
                        key.path("id").asText(),
                        KeyFactory.getInstance(key.path("algorithm").asText())
                                .generatePublic(new X509EncodedKeySpec(spki)));
            }
            return new TrustRoot(root.path("tenant").asText(), keys, approvers(root));
        } catch (MalformedJsonException | GeneralSecurityException e) {
            throw new IllegalArgumentException("The trust root is malformed", e);
        }
    }

    private static Approvers approvers(JsonNode root) {
        Approvers named = Approvers.of(root);
        return root.path("alone").asBoolean(false)
                ? new Approvers(named.required(), named.officers(), named.dpos(), true)
                : named;
    }
}
