package io.sluice.policies.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.build.ArchiveRefusedException;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleFiles;
import io.sluice.policies.build.BundleMetadata;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.build.ManifestRevision;
import io.sluice.policies.load.RulebookCodec;
import io.sluice.policies.verify.BundleRefusedException.Code;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a received bundle may be used (promise P9): a plain archive within limits, signed by a trusted key over
 * exactly its files, for this tenant, approved by enough officers of the revision in force (not by its author alone, and by
 * one of the role {@code dpo} where it opens a special category), newer than it, and in its time.
 *
 * <p>What it does not say: that the rules are good. That is what officers approve. Stateless and thread-safe.
 */
public final class BundleVerifier {
    private final TrustRoot root;

    public BundleVerifier(TrustRoot root) {
        this.root = root;
    }

    /**
     * Verifies a bundle.
     *
     * @param archive the tarball
     * @param approvals {@code approvals.json}, null where none came
     * @param inForce what it follows
     * @param at the instant at which it is (or was) activated
     * @throws BundleRefusedException saying why it is not accepted
     */
    public VerifiedBundle verify(byte[] archive, byte @Nullable [] approvals, InForce inForce, Instant at) {
        VerifiedBundle bundle = open(archive);
        requireApproved(bundle, approvals, inForce);
        if (bundle.revision() <= inForce.revision()) {
            throw new BundleRefusedException(
                    Code.REVISION,
                    "Revision " + bundle.revision() + " is not newer than revision " + inForce.revision()
                            + ", which is in force");
        }
        if (!bundle.metadata().inForce(at)) {
            throw new BundleRefusedException(
                    Code.TIME,
                    "Revision " + bundle.revision() + " is valid from "
                            + bundle.metadata().notBefore() + " until "
                            + bundle.metadata().expires() + ", not at " + at);
        }
        return bundle;
    }

    /** Signature and content, without order, time and approvals: for tools that show a bundle before it is approved. */
    public VerifiedBundle open(byte[] archive) {
        SortedMap<String, byte[]> files = files(archive);
        String fault = BundleSignature.fault(files, root.bundleKeys());
        if (fault != null) {
            throw new BundleRefusedException(Code.SIGNATURE, "The bundle is refused: " + fault);
        }
        try {
            JsonNode manifest = StrictJson.read(file(files, BundleFiles.MANIFEST));
            BundleMetadata metadata =
                    BundleMetadata.of(manifest.path("metadata").path("sluice"));
            String revision = manifest.path("revision").asText();
            if (!revision.equals(ManifestRevision.of(metadata.revision(), files))) {
                throw new IllegalArgumentException(
                        "the manifest's revision is not that of its metadata and files; build the bundle anew");
            }
            if (!metadata.tenant().equals(root.tenant())) {
                throw new BundleRefusedException(
                        Code.TENANT, "The bundle is for tenant " + metadata.tenant() + ", not for " + root.tenant());
            }
            byte[] data = file(files, BundleFiles.DATA);
            JsonNode document = StrictJson.read(data);
            return new VerifiedBundle(
                    Sha256.hex(archive),
                    metadata,
                    revision,
                    RulebookCodec.read(document.path("rulebook")),
                    Approvers.of(document.path("rulebook").path("approvers")),
                    file(files, BundleFiles.WASM),
                    data,
                    document,
                    logic(files));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw new BundleRefusedException(Code.CONTENT, "The bundle's content is malformed: " + e.getMessage());
        }
    }

    private void requireApproved(VerifiedBundle bundle, byte @Nullable [] json, InForce inForce) {
        Approvers approvers = inForce.approvers();
        try {
            Approvals approvals = json == null ? Approvals.none(bundle.digest()) : Approvals.of(json);
            if (!approvals.bundle().equals(bundle.digest())) {
                throw new BundleRefusedException(Code.APPROVALS, "The approvals are for another bundle");
            }
            List<String> missing = approvers.missing(
                    approvals.approvedBy(approvers, root.tenant()),
                    bundle.author(approvers).orElse(null),
                    !SpecialOpenings.of(inForce.bundle(), bundle).isEmpty());
            if (!missing.isEmpty()) {
                throw new BundleRefusedException(
                        Code.APPROVALS,
                        "Revision " + bundle.revision() + " is not approved: " + String.join("; ", missing));
            }
        } catch (IllegalArgumentException e) {
            throw new BundleRefusedException(Code.APPROVALS, String.valueOf(e.getMessage()));
        }
    }

    private static String logic(SortedMap<String, byte[]> files) {
        LengthPrefixed logic = new LengthPrefixed().text("sluice-bundle-logic").u8(1);
        files.forEach((name, content) -> {
            if (name.equals(BundleFiles.WASM) || name.startsWith(BundleFiles.REGO_FOLDER)) {
                logic.text(name).text(Sha256.hex(content));
            }
        });
        return Sha256.hex(logic.toBytes());
    }

    private static SortedMap<String, byte[]> files(byte[] archive) {
        try {
            return BundleArchive.read(archive);
        } catch (ArchiveRefusedException e) {
            throw new BundleRefusedException(Code.ARCHIVE, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] file(SortedMap<String, byte[]> files, String name) {
        byte[] content = files.get(name);
        if (content == null) {
            throw new BundleRefusedException(Code.CONTENT, "The bundle has no " + name);
        }
        return content;
    }
}
