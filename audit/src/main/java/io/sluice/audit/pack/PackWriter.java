package io.sluice.audit.pack;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.pack.PackException.Fault;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.timestamp.TimestampedCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes evidence packs ({@code docs/specs/evidence-pack.md}). All proofs of a pack are under one checkpoint: the largest
 * that witnesses cosigned where it covers all chosen entries, else the log's last. The bytes of a pack depend on the log,
 * its checkpoint, the archive and what is asked alone. Holds one page of entries in memory. Thread-safe.
 */
public final class PackWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PackWriter.class);

    /** Entries of a pack at most. */
    public static final int MAX_ENTRIES = 100_000;

    static final int PAGE = 200;

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
     * @throws PackException where {@link #open} says so, or an entry does not agree with the signed root; what was written
     *     is no pack then
     */
    public Packed write(Request request, OutputStream out) throws IOException {
        PackPieces pieces = open(request);
        for (Optional<byte[]> piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
            out.write(piece.get());
        }
        return pieces.packed();
    }

    /**
     * Finds what a pack is to hold, and gives it piece by piece.
     *
     * @throws PackException where nothing or too much matches, or something that is cited is not kept and {@code
     *     allowMissing} is false
     */
    public PackPieces open(Request request) {
        long count = query.count(request.filter());
        if (count == 0) {
            throw new PackException(Fault.NOTHING, "no entry matches");
        }
        if (count > request.limit()) {
            throw new PackException(
                    Fault.TOO_MUCH,
                    count + " entries match, and a pack has " + request.limit()
                            + " at most; narrow it, by time for example, or raise the limit");
        }
        long last = query.findLatest(request.filter(), Long.MAX_VALUE, 1)
                .entries()
                .get(0)
                .index();
        Optional<byte[]> cosigned = log.witnessedCheckpoint()
                .filter(note -> Checkpoint.verified(note, key).size() > last);
        Optional<TimestampedCheckpoint> stamped = stamped(last, cosigned);
        byte[] note =
                stamped.map(one -> one.note().toBytes()).or(() -> cosigned).orElseGet(log::signedCheckpoint);
        Checkpoint checkpoint = Checkpoint.verified(note, key);
        query.catchUp(); // it may be newer than what was counted
        Cited cited = new Cited();
        AtomicLong packed = new AtomicLong();
        query.forEach(request.filter(), checkpoint, found -> {
            cited.add(found.entry());
            packed.incrementAndGet();
        });
        List<String> missing = missing(cited);
        if (!missing.isEmpty() && !request.allowMissing()) {
            throw new PackException(
                    Fault.MISSING, "the archive does not have what these entries cite: " + String.join(", ", missing));
        }
        return new PackPieces(
                query,
                log,
                key,
                archive,
                witnesses,
                request,
                note,
                stamped.map(TimestampedCheckpoint::toBytes),
                cited,
                new Packed(packed.get(), checkpoint.size(), cosigned.isPresent(), missing));
    }

    /** The one that was stamped with the time, where it covers the entries and bears what witnesses signed, if they do. */
    private Optional<TimestampedCheckpoint> stamped(long last, Optional<byte[]> cosigned) {
        int signatures =
                cosigned.map(note -> SignedNote.parse(note).signatureCount()).orElse(0);
        try {
            return log.timestampedCheckpoint()
                    .map(TimestampedCheckpoint::parse)
                    .filter(one ->
                            one.checkpoint(key).size() > last && one.note().signatureCount() >= signatures);
        } catch (NoteException e) { // it is beside the proof, which holds without it
            LOG.warn("The pack gets no time stamp: {} {}", LogFiles.TIMESTAMPED, e.getMessage());
            return Optional.empty();
        }
    }

    private List<String> missing(Cited cited) {
        List<String> missing = new ArrayList<>();
        cited.bundles().stream()
                .filter(bundle -> archive.bundle(bundle).isEmpty())
                .forEach(bundle -> missing.add(PackFiles.bundle(bundle)));
        cited.plans().stream()
                .filter(plan -> archive.plan(plan).isEmpty())
                .forEach(plan -> missing.add(PackFiles.plan(plan)));
        cited.activations().stream()
                .filter(activation -> archive.activations(activation).isEmpty())
                .forEach(activation -> missing.add("activations/" + activation));
        return missing;
    }
}
