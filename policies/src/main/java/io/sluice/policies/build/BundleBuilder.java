package io.sluice.policies.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.approve.Authorship;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.check.Features;
import io.sluice.policies.check.RulebookChecker;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.LoadedRulebook;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bundle of a revision: checks the rulebook, takes or compiles the wasm, evaluates the matrix once with that very
 * module, signs. The same rulebook, revision, times and key give the same bytes. Thread-safe.
 */
public final class BundleBuilder {
    private static final byte[] NO_INPUT = "{}".getBytes(StandardCharsets.UTF_8);

    /** By wasm and rulebook: a check or an edit builds the same draft several times, and the matrix is most of a build. */
    private static final Cache<String, byte[]> DATA =
            Caffeine.newBuilder().maximumSize(8).build();

    private final String keyId;
    private final PrivateKey key;
    private final Optional<OpaTool> opa;

    /**
     * @param keyId how verifiers find the key
     * @param key on P-256, or RSA; signs bundles, approves nothing
     * @param opa for Rego that was edited; empty where OPA is not at hand
     */
    public BundleBuilder(String keyId, PrivateKey key, Optional<OpaTool> opa) {
        this.keyId = keyId;
        this.key = key;
        this.opa = opa;
    }

    /**
     * A built bundle.
     *
     * @param archive the tarball, to be stored and published as it is
     * @param digest its SHA-256 in hex
     * @param metadata what it says of itself
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Built(byte[] archive, String digest, BundleMetadata metadata) {}

    /**
     * Builds.
     *
     * @throws io.sluice.policies.load.RulebookInvalidException if the check finds an error
     * @throws RegoRejectedException if edited Rego does not compile, or OPA is missing to compile it
     */
    public Built build(LoadedRulebook rulebook, String tenant, long revision, Instant notBefore, Instant expires) {
        return build(rulebook, Features.DEFAULT, tenant, revision, notBefore, expires);
    }

    /** Builds for a deployment that has switched on what {@code features} say. */
    public Built build(
            LoadedRulebook rulebook,
            Features features,
            String tenant,
            long revision,
            Instant notBefore,
            Instant expires) {
        return build(rulebook, features, tenant, revision, notBefore, expires, null);
    }

    /**
     * Builds what an officer wrote.
     *
     * @param author signs that it is theirs; null where nobody does
     */
    public Built build(
            LoadedRulebook rulebook,
            Features features,
            String tenant,
            long revision,
            Instant notBefore,
            Instant expires,
            @Nullable OfficerKey author) {
        RulebookChecker.check(rulebook, features).requireNoErrors();
        CompiledRego compiled = compiled(rulebook.rego());
        SortedMap<String, byte[]> files = new TreeMap<>(CompiledRego.sources(rulebook.rego()));
        files.put(BundleFiles.WASM, compiled.wasm());
        files.put(BundleFiles.DATA, evaluated(rulebook.document(), compiled.wasm()));
        return seal(files, new BundleMetadata(tenant, revision, notBefore, expires, compiled.sources(), null), author);
    }

    /**
     * Builds the content of an earlier bundle again, as a new revision.
     *
     * @param archive the earlier bundle, which was verified
     * @param earlier what it says of itself
     * @param author signs that the way back is theirs; null where nobody does
     */
    public Built again(
            byte[] archive,
            BundleMetadata earlier,
            long revision,
            Instant notBefore,
            Instant expires,
            @Nullable OfficerKey author) {
        try {
            SortedMap<String, byte[]> files = new TreeMap<>(BundleArchive.read(archive));
            files.keySet().removeAll(List.of(BundleFiles.MANIFEST, BundleFiles.SIGNATURES));
            return seal(
                    files,
                    new BundleMetadata(earlier.tenant(), revision, notBefore, expires, earlier.regoSources(), null),
                    author);
        } catch (ArchiveRefusedException e) {
            throw new IllegalArgumentException("The earlier bundle is none: " + e.getMessage(), e);
        }
    }

    /** Adds manifest and signatures. @param files the bundle's other files */
    private Built seal(SortedMap<String, byte[]> files, BundleMetadata unsigned, @Nullable OfficerKey author) {
        String manifestRevision = ManifestRevision.of(unsigned.revision(), files);
        BundleMetadata metadata = author == null
                ? unsigned
                : unsigned.by(Authorship.of(
                        author,
                        new Authorship.Work(
                                unsigned.tenant(), manifestRevision, unsigned.notBefore(), unsigned.expires())));
        files.put(BundleFiles.MANIFEST, CanonicalJson.bytes(manifest(metadata, manifestRevision)));
        files.put(BundleFiles.SIGNATURES, BundleSignature.sign(files, keyId, key));
        byte[] archive = BundleArchive.write(files);
        if (archive.length > BundleArchive.MAX_ARCHIVE_BYTES) {
            throw new IllegalArgumentException("The bundle has " + archive.length + " bytes; at most "
                    + BundleArchive.MAX_ARCHIVE_BYTES + " fit a record");
        }
        return new Built(archive, Sha256.hex(archive), metadata);
    }

    private CompiledRego compiled(SortedMap<String, byte[]> rego) {
        return CompiledRego.kept(rego)
                .or(() -> opa.map(tool -> CompiledRego.compile(rego, tool)))
                .orElseThrow(() -> new RegoRejectedException(
                        "The Rego differs from what is shipped, and opa is not at hand to compile it: set OPA, or run "
                                + OpaTool.INSTALL));
    }

    private static byte[] evaluated(ObjectNode rulebook, byte[] wasm) {
        String key = Sha256.hex(wasm) + Sha256.hex(CanonicalJson.bytes(rulebook));
        return DATA.get(key, missing -> CanonicalJson.bytes(data(rulebook, wasm)))
                .clone();
    }

    /** The rulebook and, evaluated by the module itself, its matrix. */
    public static ObjectNode data(ObjectNode rulebook, byte[] wasm) {
        ObjectNode data = rulebook.objectNode();
        data.set("rulebook", rulebook);
        try (WasmEngine engine = new WasmEngine(wasm, CanonicalJson.bytes(data), 1, List.of())) {
            JsonNode matrix = engine.evaluate(Entrypoint.MATRIX, NO_INPUT)
                    .orElseThrow(() -> new RegoRejectedException("sluice/matrix is undefined for this rulebook"));
            data.set("matrix", matrix);
            return data;
        }
    }

    /** Names no wasm entrypoints: an OPA server that is built without a wasm engine would refuse the bundle. */
    private static Map<String, Object> manifest(BundleMetadata metadata, String revision) {
        return Map.of(
                "revision",
                revision,
                "roots",
                Arrays.asList("matrix", "rulebook", "sluice"),
                "rego_version",
                1,
                "metadata",
                Map.of("sluice", metadata.toJson()));
    }
}
