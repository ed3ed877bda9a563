package io.sluice.policies.build;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.sign.BundleKeys;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * OPA's bundle signature: {@code .signatures.json} holds one JWT whose payload lists every other file with its SHA-256.
 * JSON files are hashed over their canonical form, others over their bytes. ES256 or
 * RS256, by the kind of the key. Nothing else is accepted: no {@code none}, no HMAC.
 *
 * <p>Stateless and thread-safe.
 */
public final class BundleSignature {
    /** The scope in the payload: a signature for another use of the key does not pass. */
    public static final String SCOPE = "sluice";

    private static final int KEY_ID_DIGITS = 16;
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder URL_DECODER = Base64.getUrlDecoder();

    private BundleSignature() {}

    /** The name of a key, by which verifiers find it: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo. */
    public static String keyId(PublicKey key) {
        return Sha256.hex(key.getEncoded()).substring(0, KEY_ID_DIGITS);
    }

    /**
     * Signs the files of a bundle.
     *
     * @param files all but {@code .signatures.json}
     * @param keyId how verifiers find the key
     * @param key on P-256, or an RSA key of 2,048 bits or more
     * @return the content of {@code .signatures.json}
     */
    public static byte[] sign(SortedMap<String, byte[]> files, String keyId, PrivateKey key) {
        String header =
                encode(CanonicalJson.bytes(Map.of("alg", BundleKeys.algorithm(key), "kid", keyId, "typ", "JWT")));
        List<Object> listed = new ArrayList<>();
        files.forEach((name, content) ->
                listed.add(Map.of("name", name, "hash", hash(name, content), "algorithm", "SHA-256")));
        String payload =
                encode(CanonicalJson.bytes(Map.of("files", listed, "iss", "sluice", "keyid", keyId, "scope", SCOPE)));
        String signingInput = header + "." + payload;
        String token = signingInput + "." + encode(BundleKeys.sign(signingInput, key));
        return CanonicalJson.bytes(Map.of("signatures", List.of(token)));
    }

    /**
     * Verifies the signature of a bundle.
     *
     * @param files all of its files
     * @param keys trusted keys by id
     * @return null where it holds, else why not
     */
    public static @org.jspecify.annotations.Nullable String fault(
            SortedMap<String, byte[]> files, Map<String, PublicKey> keys) {
        byte[] signatures = files.get(BundleFiles.SIGNATURES);
        if (signatures == null) {
            return "it is not signed";
        }
        try {
            JsonNode tokens = StrictJson.read(signatures).path("signatures");
            if (!tokens.isArray() || tokens.size() != 1 || !tokens.get(0).isTextual()) {
                return ".signatures.json does not hold exactly one signature";
            }
            String[] parts = tokens.get(0).textValue().split("\\.", -1);
            if (parts.length != 3) {
                return "its signature is not a JWT";
            }
            JsonNode header = StrictJson.read(URL_DECODER.decode(parts[0]));
            PublicKey key = keys.get(header.path("kid").asText());
            if (key == null) {
                return "it is signed with a key that is not trusted";
            }
            if (!BundleKeys.verifies(
                    key, header.path("alg").asText(), parts[0] + "." + parts[1], URL_DECODER.decode(parts[2]))) {
                return "its signature does not verify";
            }
            return listFault(StrictJson.read(URL_DECODER.decode(parts[1])), files);
        } catch (MalformedJsonException | IllegalArgumentException | GeneralSecurityException e) {
            return "its signature is malformed";
        }
    }

    /** The files listed and the files present must be the same, with the same hashes. */
    private static @org.jspecify.annotations.Nullable String listFault(
            JsonNode payload, SortedMap<String, byte[]> files) {
        if (!payload.path("scope").asText().equals(SCOPE)) {
            return "its signature is for another scope";
        }
        SortedMap<String, String> listed = new TreeMap<>();
        for (JsonNode file : payload.path("files")) {
            String name = file.path("name").asText();
            if (!file.path("algorithm").asText().equals("SHA-256")
                    || listed.put(name, file.path("hash").asText()) != null) {
                return "its signature lists a file twice, or by another hash than SHA-256";
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().equals(BundleFiles.SIGNATURES)) {
                continue;
            }
            String hash = listed.remove(file.getKey());
            if (hash == null || !hash.equals(hash(file.getKey(), file.getValue()))) {
                return "its file " + file.getKey() + " is not what was signed";
            }
        }
        return listed.isEmpty() ? null : "its file " + listed.firstKey() + " is missing";
    }

    /** OPA's hash: of the canonical form for JSON documents, else of the bytes. Ours are stored canonically. */
    private static String hash(String name, byte[] content) {
        if (name.equals(BundleFiles.DATA) || name.equals(BundleFiles.MANIFEST)) {
            try {
                return Sha256.hex(CanonicalJson.bytes(StrictJson.read(content)));
            } catch (MalformedJsonException e) {
                throw new IllegalArgumentException(name + " is not JSON", e);
            }
        }
        return Sha256.hex(content);
    }

    private static String encode(byte[] bytes) {
        return URL.encodeToString(bytes);
    }
}
