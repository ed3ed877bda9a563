package io.sluice.policies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.build.ArchiveRefusedException;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleFiles;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.build.ManifestRevision;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.verify.BundleVerifier;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The shipped bundle with other tables, signed anew, as it would decide. Rulebook and matrix are edited by hand, which takes
 * milliseconds where a build takes a second; all of them share one compiled module.
 */
public final class Drafts {
    private Drafts() {}

    /** @param edit what is changed in {@code data.json} */
    public static ActivePolicy with(Consumer<ObjectNode> edit) {
        try {
            SortedMap<String, byte[]> files =
                    new TreeMap<>(BundleArchive.read(Shipped.built().archive()));
            ObjectNode data = json(files, BundleFiles.DATA);
            edit.accept(data);
            files.put(BundleFiles.DATA, CanonicalJson.bytes(data));
            ObjectNode manifest = json(files, BundleFiles.MANIFEST);
            manifest.put("revision", ManifestRevision.of(1, files));
            files.put(BundleFiles.MANIFEST, CanonicalJson.bytes(manifest));
            files.remove(BundleFiles.SIGNATURES);
            files.put(
                    BundleFiles.SIGNATURES, BundleSignature.sign(files, "dev-bundle", Shipped.BUNDLE_KEY.getPrivate()));
            return DraftPolicy.of(new BundleVerifier(Shipped.root()).open(BundleArchive.write(files)));
        } catch (ArchiveRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode json(SortedMap<String, byte[]> files, String name) {
        try {
            return (ObjectNode) StrictJson.read(Objects.requireNonNull(files.get(name)));
        } catch (MalformedJsonException e) {
            throw new AssertionError(e);
        }
    }

    /** Of these datasets alone: a whole matrix of few is asked in no time. */
    public static Consumer<ObjectNode> only(String... datasets) {
        return data -> {
            data.withObject("/rulebook/datasets").retain(Arrays.asList(datasets));
            data.withObject("/matrix").retain(Arrays.asList(datasets));
        };
    }

    /** What research gets of those fields of a class that are open to it. */
    public static Consumer<ObjectNode> research(String dataClass, String transform) {
        return data -> data.path("matrix").properties().forEach(rows -> {
            JsonNode classes =
                    data.path("rulebook").path("datasets").path(rows.getKey()).path("fields");
            rows.getValue().path("research").path("fields").properties().forEach(field -> {
                if (classes.path(field.getKey()).path(0).asText().equals(dataClass)
                        && !field.getValue().path("transform").asText().equals("drop")) {
                    ((ObjectNode) field.getValue()).put("transform", transform);
                }
            });
        });
    }
}
