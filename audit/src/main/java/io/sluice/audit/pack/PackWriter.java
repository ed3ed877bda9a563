package io.sluice.audit.pack;

import static io.sluice.audit.pack.PackFiles.CHECKPOINT;
import static io.sluice.audit.pack.PackFiles.LOG_KEY;
import static io.sluice.audit.pack.PackFiles.MANIFEST;
import static io.sluice.audit.pack.PackFiles.README;
import static io.sluice.audit.pack.PackFiles.VERIFIER;
import static io.sluice.audit.pack.PackFiles.WITNESS_KEYS;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.core.encoding.CanonicalJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes evidence packs ({@code docs/specs/evidence-pack.md}). All proofs of a pack are under one checkpoint: the largest
 * that witnesses cosigned where it covers all chosen entries, else the log's last. The bytes of a pack depend on the log,
 * its checkpoint, the archive and what is asked alone. Holds one page of entries in memory. Thread-safe.
 */
public final class PackWriter {
    /** Entries of a pack at most. */
    public static final int MAX_ENTRIES = 100_000;

    private static final int PAGE = 200;

    private final AuditQuery query;
    private final LogReader log;
    private final VerifierKey key;
    private final PolicyArchive archive;
    private final List<CosignerKey> witnesses;

    /**
     * @param index of the log
     * @param archive what entries cite
     * @param witnesses keys of those who may have cosigned, for whoever opens the pack
     */
    public PackWriter(AuditIndex index, PolicyArchive archive, List<CosignerKey> witnesses) {
        this.query = new AuditQuery(index);
        this.log = new LogReader(index.config().source());
        this.key = index.config().key();
        this.archive = archive;
        this.witnesses = List.copyOf(witnesses);
    }

    /**
     * What is packed.
     *
     * @param filter which entries
     * @param said the filter in words, name and value; it stands in the pack
     * @param limit entries at most, 1 to {@link #MAX_ENTRIES}
     * @param allowMissing whether a pack is made where the archive lacks something that the entries cite
     */
    public record Request(QueryFilter filter, Map<String, String> said, int limit, boolean allowMissing) {
        public Request {
            said = Map.copyOf(said);
            if (limit < 1 || limit > MAX_ENTRIES) {
                throw new IllegalArgumentException("a pack has 1 to " + MAX_ENTRIES + " entries, not " + limit);
            }
        }
    }

    /**
     * What was packed.
     *
     * @param entries how many
     * @param size entries under the checkpoint of the pack
     * @param cosigned whether it is a checkpoint that witnesses cosigned, as the log says
     * @param missing what entries cite and the archive does not have
     */
    public record Packed(long entries, long size, boolean cosigned, List<String> missing) {
        public Packed {
            missing = List.copyOf(missing);
        }
    }

    /**
     * Writes a pack.
     *
     * @param out left open
     * @throws PackException where nothing or too much matches, an entry does not agree with the signed root, or something
     *     that is cited is not kept and {@code allowMissing} is false; what was written is no pack then
     */
    public Packed write(Request request, OutputStream out) throws IOException {
        long count = query.count(request.filter());
        if (count == 0) {
            throw new PackException("no entry matches");
        }
        if (count > request.limit()) {
            throw new PackException(count + " entries match, and a pack has " + request.limit()
                    + " at most; narrow it, by time for example, or raise the limit");
        }
        long last = query.findLatest(request.filter(), Long.MAX_VALUE, 1)
                .entries()
                .get(0)
                .index();
        Optional<byte[]> cosigned = log.witnessedCheckpoint()
                .filter(note -> Checkpoint.verified(note, key).size() > last);
        byte[] note = cosigned.orElseGet(log::signedCheckpoint);
        Checkpoint checkpoint = Checkpoint.verified(note, key);

        StoredZip zip = new StoredZip(out);
        zip.add(README, PackFiles.shipped(README));
        zip.add(VERIFIER, PackFiles.shipped(VERIFIER));
        zip.add(CHECKPOINT, note);
        zip.add(LOG_KEY, line(key.toString()));
        if (!witnesses.isEmpty()) {
            zip.add(
                    WITNESS_KEYS,
                    witnesses.stream()
                            .map(witness -> witness + "\n")
                            .sorted()
                            .collect(Collectors.joining())
                            .getBytes(StandardCharsets.UTF_8));
        }
        Cited cited = new Cited();
        long packed = entries(request.filter(), checkpoint, SignedNote.parse(note), zip, cited);
        List<String> missing = policies(cited, zip);
        if (!missing.isEmpty() && !request.allowMissing()) {
            throw new PackException("the archive does not have what these entries cite: " + String.join(", ", missing));
        }
        zip.add(
                MANIFEST,
                CanonicalJson.bytes(Map.of(
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
                        packed,
                        "missing",
                        missing)));
        zip.finish();
        return new Packed(packed, checkpoint.size(), cosigned.isPresent(), missing);
    }

    private long entries(QueryFilter filter, Checkpoint checkpoint, SignedNote note, StoredZip zip, Cited cited)
            throws IOException {
        long packed = 0;
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent() && next.getAsLong() < checkpoint.size()) {
            QueryPage page = query.find(filter, next.getAsLong(), PAGE);
            for (QueryPage.Found found : page.entries()) {
                if (found.index() >= checkpoint.size()) {
                    return packed; // came while this was written
                }
                TlogProof proof = new TlogProof(
                        found.bytes(), found.index(), log.inclusionProof(found.index(), checkpoint.size()), note);
                if (!proof.proves(found.bytes())) {
                    throw new PackException("entry " + found.index()
                            + " and the tiles do not give the root that was signed; run audit verify");
                }
                zip.add(PackFiles.entry(found.index()), found.bytes());
                zip.add(
                        PackFiles.proof(found.index()),
                        proof.withoutEntry().text().getBytes(StandardCharsets.UTF_8));
                cited.add(found.entry());
                packed++;
            }
            next = page.next();
        }
        return packed;
    }

    /** Adds what is cited; what the archive does not have is returned. */
    private List<String> policies(Cited cited, StoredZip zip) throws IOException {
        List<String> missing = new ArrayList<>();
        for (String bundle : cited.bundles()) {
            add(zip, "bundles/" + bundle, archive.bundle(bundle), missing);
            for (PolicyArchive.Kept approvals : archive.approvals(bundle)) {
                zip.add(approvals.path(), approvals.bytes());
            }
        }
        for (String plan : cited.plans()) {
            add(zip, "plans/" + plan + ".json", archive.plan(plan), missing);
        }
        for (long activation : cited.activations()) {
            List<PolicyArchive.Kept> kept = archive.activations(activation);
            if (kept.isEmpty()) {
                missing.add("activations/" + activation);
            }
            for (PolicyArchive.Kept one : kept) {
                zip.add(one.path(), one.bytes());
            }
        }
        return missing;
    }

    private static void add(StoredZip zip, String name, Optional<byte[]> kept, List<String> missing)
            throws IOException {
        if (kept.isPresent()) {
            zip.add(name, kept.get());
        } else {
            missing.add(name);
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
