package io.sluice.policies.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleFiles;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.sign.BundleKeys;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleRefusedException.Code;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is not signed by a trusted key over exactly its files is no bundle (promise P9). */
class BundleAttackTest {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final BundleVerifier verifier = new BundleVerifier(Shipped.root());

    @Test
    void anUnsignedBundleIsRefused() {
        assertRefused(Code.SIGNATURE, "not signed", files -> files.remove(BundleFiles.SIGNATURES));
    }

    @Test
    void everyFileIsCoveredByTheSignature() throws Exception {
        for (String name : BundleArchive.read(Shipped.built().archive()).keySet()) {
            if (!name.equals(BundleFiles.SIGNATURES)) {
                assertRefused(Code.SIGNATURE, "", files -> files.computeIfPresent(name, BundleAttackTest::changed));
                assertRefused(Code.SIGNATURE, "its file " + name + " is missing", files -> files.remove(name));
            }
        }
    }

    /** A JSON file is hashed over its canonical form, so its change has to be one of content. */
    private static byte[] changed(String name, byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return name.endsWith("json") || name.equals(BundleFiles.MANIFEST)
                ? text.replaceFirst("\\{\"", "{\"0\":0,\"").getBytes(StandardCharsets.ISO_8859_1)
                : (text + " ").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aFileThatWasNotSignedIsRefused() {
        assertRefused(
                Code.SIGNATURE,
                "its file rego/more.rego is not what was signed",
                files -> files.put("rego/more.rego", "package more".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anotherKeyUnderATrustedIdIsRefused() {
        assertRefused(
                Code.SIGNATURE, "does not verify", files -> resigned(files, "dev-bundle", KeyUse.BUNDLE.generate()));
        assertRefused(Code.SIGNATURE, "not trusted", files -> resigned(files, "stranger", KeyUse.BUNDLE.generate()));
    }

    private static void resigned(SortedMap<String, byte[]> files, String id, KeyPair key) {
        files.remove(BundleFiles.SIGNATURES);
        files.put(BundleFiles.SIGNATURES, BundleSignature.sign(files, id, key.getPrivate()));
    }

    @Test
    void noAlgorithmButTheKeysOwnIsTaken() {
        for (String algorithm : List.of("none", "None", "HS256", "ES512", "PS256", "RS256", "")) {
            assertRefused(
                    Code.SIGNATURE,
                    "does not verify",
                    files -> signed(files, Map.of("alg", algorithm, "kid", "dev-bundle"), payload(files, "sluice")));
        }
    }

    @Test
    void aSignatureForAnotherScopeIsRefused() {
        assertRefused(
                Code.SIGNATURE,
                "another scope",
                files -> signed(files, Map.of("alg", "ES256", "kid", "dev-bundle"), payload(files, "write")));
    }

    @Test
    void aListWithAFileTwiceOrAnotherHashIsRefused() {
        assertRefused(Code.SIGNATURE, "twice", files -> {
            ObjectNode payload = payload(files, "sluice");
            payload.withArray("files").add(payload.path("files").get(0).deepCopy());
            signed(files, Map.of("alg", "ES256", "kid", "dev-bundle"), payload);
        });
        assertRefused(Code.SIGNATURE, "another hash than SHA-256", files -> {
            ObjectNode payload = payload(files, "sluice");
            ((ObjectNode) payload.path("files").get(0)).put("algorithm", "MD5");
            signed(files, Map.of("alg", "ES256", "kid", "dev-bundle"), payload);
        });
    }

    @Test
    void whatIsNoTokenIsRefused() {
        for (String json : List.of(
                "{}",
                "[]",
                "{\"signatures\":[]}",
                "{\"signatures\":[\"a.b\"]}",
                "{\"signatures\":[\"a.b.c\",\"a.b.c\"]}",
                "{\"signatures\":[1]}",
                "{\"signatures\":[\"..\"]}",
                "{\"signatures\":[\"%%.%%.%%\"]}",
                "not json")) {
            assertRefused(
                    Code.SIGNATURE,
                    "",
                    files -> files.put(BundleFiles.SIGNATURES, json.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Of a trust root made when bundles were signed so. */
    @Test
    void anRs256SignatureOfATrustedKeyIsTaken() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(BundleKeys.MIN_RSA_BITS);
        KeyPair key = generator.generateKeyPair();
        SortedMap<String, byte[]> files =
                new TreeMap<>(BundleArchive.read(Shipped.built().archive()));
        resigned(files, "rsa", key);
        TrustRoot root = new TrustRoot(
                Shipped.TENANT,
                new TreeMap<String, PublicKey>(Map.of("rsa", key.getPublic())),
                Shipped.root().approvers());

        assertThatCode(() -> new BundleVerifier(root).open(BundleArchive.write(files)))
                .doesNotThrowAnyException();
    }

    private static ObjectNode payload(SortedMap<String, byte[]> files, String scope) {
        try {
            JsonNode token = StrictJson.read(Objects.requireNonNull(files.get(BundleFiles.SIGNATURES)))
                    .path("signatures")
                    .get(0);
            ObjectNode payload = (ObjectNode) StrictJson.read(
                    Base64.getUrlDecoder().decode(token.textValue().split("\\.")[1]));
            return payload.put("scope", scope);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void signed(SortedMap<String, byte[]> files, Map<String, Object> header, JsonNode payload) {
        try {
            String signing = part(header) + "." + part(payload);
            String token =
                    signing + "." + URL.encodeToString(BundleKeys.sign(signing, Shipped.BUNDLE_KEY.getPrivate()));
            files.put(BundleFiles.SIGNATURES, CanonicalJson.bytes(Map.of("signatures", List.of(token))));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String part(Object json) {
        return URL.encodeToString(CanonicalJson.bytes(json));
    }

    private void assertRefused(Code code, String reason, Consumer<SortedMap<String, byte[]>> attack) {
        try {
            SortedMap<String, byte[]> files =
                    new TreeMap<>(BundleArchive.read(Shipped.built().archive()));
            attack.accept(files);
            byte[] archive = BundleArchive.write(files);
            assertThatThrownBy(() -> verifier.open(archive))
                    .isInstanceOfSatisfying(
                            BundleRefusedException.class,
                            e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(reason);
        } catch (io.sluice.policies.build.ArchiveRefusedException e) {
            throw new AssertionError(e);
        }
    }
}
