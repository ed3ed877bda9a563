package io.sluice.audit.pack;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryPage;
import io.sluice.core.encoding.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An evidence pack, piece by piece: a page of entries with their proofs, or one file of the policy, is held in memory at a
 * time, beside the directory of the ZIP. For one thread at a time.
 */
public final class PackPieces {
    private final AuditQuery query;
    private final LogReader log;
    private final VerifierKey key;
    private final List<CosignerKey> witnesses;
    private final PackWriter.Request request;
    private final PackWriter.Packed packed;
    private final byte[] bytes;
    private final Optional<byte[]> stamped;
    private final SignedNote note;
    private final Checkpoint checkpoint;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private final StoredZip zip = new StoredZip(piece);
    private final Deque<Step> policies = new ArrayDeque<>();
    private OptionalLong next = OptionalLong.of(0);
    private boolean begun;
    private boolean ended;

    private interface Step {
        void add() throws IOException;
    }

    PackPieces(
            AuditQuery query,
            LogReader log,
            VerifierKey key,
            PolicyArchive archive,
            List<CosignerKey> witnesses,
            PackWriter.Request request,
            byte[] note,
            Optional<byte[]> stamped,
            Cited cited,
            PackWriter.Packed packed) {
        this.query = query;
        this.log = log;
        this.key = key;
        this.witnesses = witnesses;
        this.request = request;
        this.packed = packed;
        this.bytes = note;
        this.stamped = stamped;
        this.note = SignedNote.parse(note);
        this.checkpoint = Checkpoint.verified(note, key);
        cited.bundles().forEach(bundle -> {
            policies.add(() -> add(PackFiles.bundle(bundle), archive.bundle(bundle)));
            policies.add(() -> addAll(archive.approvals(bundle)));
        });
        cited.plans().forEach(plan -> policies.add(() -> add(PackFiles.plan(plan), archive.plan(plan))));
        cited.activations().forEach(activation -> policies.add(() -> addAll(archive.activations(activation))));
    }

    /** What is packed, once all pieces are taken. */
    public PackWriter.Packed packed() {
        return packed;
    }

    /**
     * The next piece; empty after the last. Together they are the ZIP.
     *
     * @throws PackException where an entry does not agree with the signed root; what was taken is no pack then
     */
    public Optional<byte[]> next() {
        try {
            while (!ended && piece.size() == 0) {
                step();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory was written to", e);
        }
        if (piece.size() == 0) {
            return Optional.empty();
        }
        byte[] made = piece.toByteArray();
        piece.reset();
        return Optional.of(made);
    }

    private void step() throws IOException {
        if (!begun) {
            begun = true;
            head();
        } else if (next.isPresent() && next.getAsLong() < checkpoint.size()) {
            page(next.getAsLong());
        } else if (!policies.isEmpty()) {
            policies.remove().add();
        } else {
            ended = true;
            zip.add(PackFiles.MANIFEST, manifest());
            zip.finish();
        }
    }

    private void head() throws IOException {
        zip.add(PackFiles.README, PackFiles.shipped(PackFiles.README));
        zip.add(PackFiles.VERIFIER, PackFiles.shipped(PackFiles.VERIFIER));
        zip.add(PackFiles.CHECKPOINT, bytes);
        if (stamped.isPresent()) {
            zip.add(PackFiles.TIMESTAMPED, stamped.get());
        }
        zip.add(PackFiles.LOG_KEY, (key + "\n").getBytes(StandardCharsets.UTF_8));
        if (!witnesses.isEmpty()) {
            zip.add(
                    PackFiles.WITNESS_KEYS,
                    witnesses.stream()
                            .map(witness -> witness + "\n")
                            .sorted()
                            .collect(Collectors.joining())
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private void page(long from) throws IOException {
        QueryPage page = query.find(request.filter(), from, PackWriter.PAGE);
        for (QueryPage.Found found : page.entries()) {
            if (found.index() < checkpoint.size()) {
                entry(found);
            }
        }
        next = page.next();
    }

    private void entry(QueryPage.Found found) throws IOException {
        TlogProof proof =
                new TlogProof(found.bytes(), found.index(), log.inclusionProof(found.index(), checkpoint.size()), note);
        if (!proof.proves(found.bytes())) {
            throw new PackException(
                    PackException.Fault.DAMAGED,
                    "entry " + found.index() + " and the tiles do not give the root that was signed; run audit verify");
        }
        zip.add(PackFiles.entry(found.index()), found.bytes());
        zip.add(PackFiles.proof(found.index()), proof.withoutEntry().text().getBytes(StandardCharsets.UTF_8));
    }

    private void add(String name, Optional<byte[]> kept) throws IOException {
        if (kept.isPresent()) { // else the manifest names it
            zip.add(name, kept.get());
        }
    }

    private void addAll(List<PolicyArchive.Kept> kept) throws IOException {
        for (PolicyArchive.Kept one : kept) {
            zip.add(one.path(), one.bytes());
        }
    }

    private byte[] manifest() {
        return CanonicalJson.bytes(Map.of(
                "format",
                PackFiles.FORMAT,
                "origin",
                checkpoint.origin(),
                "size",
                checkpoint.size(),
                "root",
                checkpoint.root().toBase64(),
                "asked",
                new TreeMap<>(request.said()),
                "entries",
                packed.entries(),
                "missing",
                packed.missing()));
    }
}
