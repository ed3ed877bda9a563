package io.sluice.policies.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.Authorship;
import io.sluice.policies.build.BundleMetadata;
import java.util.Optional;

/**
 * A bundle that passed {@link BundleVerifier}: only it makes one. Immutable and thread-safe; the arrays are not to be
 * written to.
 */
public final class VerifiedBundle {
    private final String digest;
    private final BundleMetadata metadata;
    private final String manifestRevision;
    private final Rulebook rulebook;
    private final Approvers approvers;
    private final byte[] wasm;
    private final byte[] data;
    private final JsonNode document;
    private final String logic;

    VerifiedBundle(
            String digest,
            BundleMetadata metadata,
            String manifestRevision,
            Rulebook rulebook,
            Approvers approvers,
            byte[] wasm,
            byte[] data,
            JsonNode document,
            String logic) {
        this.digest = digest;
        this.metadata = metadata;
        this.manifestRevision = manifestRevision;
        this.rulebook = rulebook;
        this.approvers = approvers;
        this.wasm = wasm;
        this.data = data;
        this.document = document;
        this.logic = logic;
    }

    /** SHA-256 of the archive in hex: what officers approve and entries cite. */
    public String digest() {
        return digest;
    }

    /** Tenant, revision, not-before, expiry. */
    public BundleMetadata metadata() {
        return metadata;
    }

    /** The revision number. */
    public long revision() {
        return metadata.revision();
    }

    /** What an OPA server that serves this bundle, and no other, calls its revision: number and digest of the content. */
    public String manifestRevision() {
        return manifestRevision;
    }

    /** The rulebook that it holds. */
    public Rulebook rulebook() {
        return rulebook;
    }

    /** Who approves the revision after it; no officers where the pinned root goes on. */
    public Approvers approvers() {
        return approvers;
    }

    /** {@code policy.wasm}. */
    public byte[] wasm() {
        return wasm;
    }

    /** {@code data.json}. */
    public byte[] data() {
        return data;
    }

    /** {@code data.json} as a tree: {@code rulebook} and {@code matrix}. */
    public JsonNode document() {
        return document;
    }

    /** SHA-256 over Rego and module, in hex: where two bundles share it, they differ in tables alone. */
    public String logic() {
        return logic;
    }

    /** The officer of these who is known to have written it: the author signed number, content and times. */
    public Optional<String> author(Approvers among) {
        Authorship author = metadata.author();
        var work = new Authorship.Work(metadata.tenant(), manifestRevision, metadata.notBefore(), metadata.expires());
        return author != null && author.verifies(among, work) ? Optional.of(author.officer()) : Optional.empty();
    }

    @Override
    public String toString() {
        return "VerifiedBundle[revision " + revision() + ", " + digest + "]";
    }
}
