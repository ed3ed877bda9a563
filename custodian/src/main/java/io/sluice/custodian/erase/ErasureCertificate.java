package io.sluice.custodian.erase;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Tags;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.Punctured;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.CustodianPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The custodian's word that a subject was erased: what, when each copy became unreadable, who had received data, and what no
 * key reaches. Canonical JSON and an Ed25519 signature of its bytes; {@code docs/specs/erasure.md}. Stateless.
 */
public final class ErasureCertificate {
    /** {@code type} of a certificate: no other thing that the custodian signs begins like one. */
    static final String TYPE = "io.sluice.erasure-certificate";

    private static final String KEY_PREFIX = "certificate/";

    /** What no destruction of a key reaches; the spec explains each. */
    private static final List<String> BEYOND_REACH = List.of(
            "audit-log",
            "copies-before-sluice",
            "derived-results",
            "released-in-clear",
            "tokens-of-shared-keys",
            "values-opened-by-recipients");

    private ErasureCertificate() {}

    /** The key of its record on the control topic, of the id of the choice's audit entry. */
    public static String recordKey(String entry) {
        return KEY_PREFIX + entry;
    }

    /**
     * The certificate of an erasure whose trees are done.
     *
     * @param periods the days whose sealed records can still be opened, and from when on not
     * @param sealedUnreadableFrom from when on none of them can
     */
    static Map<String, Object> of(
            ErasureCase erased,
            String tenant,
            List<Map<String, Object>> periods,
            Instant sealedUnreadableFrom,
            Instant issued) {
        Map<String, Object> json = new TreeMap<>();
        json.put("type", TYPE);
        json.put("version", 1);
        json.put("tenant", tenant);
        json.put("subject", erased.subject().value());
        json.put(
                "choice",
                Map.of(
                        "entry", erased.choice().entry(),
                        "received", Tags.timestamp(erased.choice().received())));
        json.put("recipients", erased.choice().toJson().get("recipients"));
        json.put("trees", trees(erased));
        json.put("periods", periods);
        json.put(
                "unreadable",
                Map.of(
                        "liveWorkers", latest(erased.punctured().stream().map(Punctured::liveKeysGoneAt), issued),
                        "oldKeyState", latest(erased.destroyed().stream().map(Destroyed::storeKeysDestroyedAt), issued),
                        "sealedRecords", Tags.timestamp(sealedUnreadableFrom)));
        json.put("beyondReach", BEYOND_REACH);
        json.put("issued", Tags.timestamp(issued));
        return json;
    }

    private static List<Map<String, Object>> trees(ErasureCase erased) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Punctured punctured : erased.punctured()) {
            Map<String, Object> tree = new TreeMap<>(StepJson.of(punctured));
            if (erased.order() != null) {
                tree.put(
                        "throughGeneration",
                        erased.order()
                                .throughGenerations()
                                .getOrDefault(punctured.tree().epoch(), 0));
            }
            erased.destroyed().stream()
                    .filter(destroyed -> destroyed.tree().equals(punctured.tree()))
                    .forEach(destroyed -> tree.putAll(StepJson.of(destroyed)));
            trees.add(tree);
        }
        return trees;
    }

    private static String latest(Stream<Instant> times, Instant otherwise) {
        return Tags.timestamp(times.max(Comparator.naturalOrder()).orElse(otherwise));
    }

    /** The published form: the certificate and the signature of its canonical bytes. */
    static byte[] sign(Map<String, Object> certificate, CustodianKey custodian) {
        byte[] signature = custodian.sign(CanonicalJson.bytes(certificate));
        return CanonicalJson.bytes(Map.of(
                "certificate", certificate, "signature", Base64.getEncoder().encodeToString(signature)));
    }

    /**
     * Reads and verifies a published certificate.
     *
     * @return the certificate
     * @throws IllegalArgumentException where it is none, or not signed by that custodian
     */
    public static JsonNode verify(byte[] published, CustodianPublicKey custodian) {
        JsonNode json;
        byte[] signature;
        try {
            json = StrictJson.read(published);
            signature = Base64.getDecoder().decode(json.path("signature").asText());
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw new IllegalArgumentException("it is no JSON with a certificate and a signature in base64", e);
        }
        JsonNode certificate = json.path("certificate");
        if (!certificate.path("type").asText().equals(TYPE) || json.size() != 2) {
            throw new IllegalArgumentException("it is no erasure certificate: certificate.type must be " + TYPE);
        }
        byte[] signed;
        try {
            signed = CanonicalJson.bytes(certificate);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("certificate has no canonical form (RFC 8785)", e);
        }
        if (signature.length != CustodianPublicKey.SIGNATURE_BYTES || !custodian.verifies(signed, signature)) {
            throw new IllegalArgumentException("it is not signed by that custodian, or it was altered");
        }
        if (certificate.path("version").asInt() != 1) {
            throw new IllegalArgumentException("certificate.version is one that this version does not know");
        }
        return certificate;
    }
}
