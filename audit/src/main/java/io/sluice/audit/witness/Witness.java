package io.sluice.audit.witness;

import static io.sluice.audit.log.LogException.Fault.CORRUPT;

import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogStore;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.witness.WitnessAnswer.Status;
import io.sluice.core.encoding.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cosigns what extends the largest tree that it saw of a log (C2SP tlog-witness). What it signs is durable before it is
 * answered, in the file {@code <hex SHA-256 of the origin>.checkpoint}, so that it never signs two trees that contradict
 * each other, whatever happens to its process. Its folder is held by one process.
 *
 * <p>A log's key that signed another tree of the size that the witness knows has told two stories: that checkpoint is kept
 * as evidence in {@code <hex>.fork}, the first one of each log.
 *
 * <p>It sees a log's name, size and root, and nothing of its entries. Thread-safe; close it to release the folder.
 */
public final class Witness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);
    private static final String STATE = ".checkpoint";
    private static final String EVIDENCE = ".fork";

    /** Signatures are of whole seconds, so a new one would say no more. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final WitnessConfig config;
    private final LogStore store;

    /** The largest checkpoint that was cosigned, by its log's name. */
    private final Map<String, SignedNote> seen = new HashMap<>();

    private final Map<String, Fresh> fresh = new HashMap<>();

    private Witness(WitnessConfig config, LogStore store) {
        this.config = config;
        this.store = store;
    }

    /**
     * Opens a witness and reads what it saw before.
     *
     * @throws LogException LOCKED where another process has the folder; CORRUPT where a file of it does not hold what it
     *     must, since whoever forgets what it signed might sign against it; IO
     */
    public static Witness open(WitnessConfig config) {
        return open(config, FileLogStore.open(config.folder()));
    }

    /** Opens the witness of a store, which it closes in the end. */
    static Witness open(WitnessConfig config, LogStore store) {
        try {
            Witness witness = new Witness(config, store);
            config.logs().stream().map(VerifierKey::name).distinct().forEach(witness::load);
            return witness;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** The hex SHA-256 of a log's name: how a witness's reader asks for it. */
    public static String address(String origin) {
        return Sha256.hex(origin.getBytes(StandardCharsets.UTF_8));
    }

    /** The public keys that it signs with. */
    public List<CosignerKey> keys() {
        return config.keys().stream().map(Cosigner::verifier).toList();
    }

    /** The last checkpoint that it cosigned of the log of that {@link #address}, with its signatures. */
    public synchronized Optional<SignedNote> checkpoint(String address) {
        return seen.entrySet().stream()
                .filter(log -> address(log.getKey()).equals(address))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * Judges a request, in the order of the specification.
     *
     * @throws LogException IO where what it would sign cannot be made durable: nothing was signed
     */
    public synchronized WitnessAnswer addCheckpoint(byte[] body) {
        AddCheckpoint request;
        Checkpoint next;
        try {
            request = AddCheckpoint.parse(body);
            next = request.checkpoint();
        } catch (NoteException e) {
            return new WitnessAnswer(Status.MALFORMED, String.valueOf(e.getMessage()));
        }
        List<VerifierKey> trusted = trusted(next.origin());
        if (trusted.isEmpty()) {
            return new WitnessAnswer(Status.UNKNOWN, "this log is not witnessed here");
        }
        if (!signed(request.note(), trusted)) {
            return new WitnessAnswer(Status.UNTRUSTED, "the checkpoint is not signed by a key of this log");
        }
        if (request.oldSize() > next.size()) {
            return new WitnessAnswer(Status.MALFORMED, "the old size is larger than the checkpoint's");
        }
        SignedNote last = seen.get(next.origin());
        long lastSize = last == null ? 0 : Checkpoint.parse(last.text()).size();
        if (request.oldSize() != lastSize) {
            return new WitnessAnswer(Status.OTHER_SIZE, String.valueOf(lastSize));
        }
        if (!extended(request, next, last)) {
            return inconsistent(request, next, last, trusted);
        }
        return new WitnessAnswer(Status.COSIGNED, cosign(request.note(), next, trusted));
    }

    @Override
    public void close() {
        store.close();
    }

    private List<VerifierKey> trusted(String origin) {
        return config.logs().stream().filter(key -> key.name().equals(origin)).toList();
    }

    /** Whether a trusted key signed; one bad signature that bears a trusted key's id spoils it all. */
    private static boolean signed(SignedNote note, List<VerifierKey> trusted) {
        try {
            return !note.verifiedBy(trusted).isEmpty();
        } catch (NoteException e) {
            return false;
        }
    }

    private static boolean extended(
            AddCheckpoint request, Checkpoint next, @org.jspecify.annotations.Nullable SignedNote last) {
        if (next.size() == 0 && !next.root().equals(TreeHashes.emptyRoot())) {
            return false;
        }
        if (last == null || request.oldSize() == 0) {
            return request.proof().isEmpty();
        }
        Checkpoint before = Checkpoint.parse(last.text());
        return ProofCheck.consistency(before.size(), next.size(), request.proof(), before.root(), next.root());
    }

    private WitnessAnswer inconsistent(
            AddCheckpoint request,
            Checkpoint next,
            @org.jspecify.annotations.Nullable SignedNote last,
            List<VerifierKey> trusted) {
        LOG.warn("checkpoint refused: origin={} old={} size={}", next.origin(), request.oldSize(), next.size());
        Checkpoint before = last == null ? next : Checkpoint.parse(last.text());
        if (before.size() == next.size() && !before.root().equals(next.root())) {
            LOG.error(
                    "a log told two stories: origin={} size={} seen={} now={}",
                    next.origin(),
                    next.size(),
                    before.root(),
                    next.root());
            String evidence = address(next.origin()) + EVIDENCE;
            if (store.read(evidence).isEmpty()) {
                store.replace(evidence, request.note().only(trusted, List.of()).toBytes());
            }
            return new WitnessAnswer(Status.INCONSISTENT, "another tree of this size was cosigned before");
        }
        return new WitnessAnswer(
                Status.INCONSISTENT, "the consistency proof does not show that the checkpoint extends the last one");
    }

    /** What was signed last of a log. */
    private record Fresh(String text, String lines, Instant time) {}

    /** The same once more within a moment, by whomever, costs neither a signature nor a write. */
    private String cosign(SignedNote note, Checkpoint next, List<VerifierKey> trusted) {
        Instant now = config.clock().instant();
        Fresh last = fresh.get(next.origin());
        if (last != null
                && last.text().equals(note.text())
                && Duration.between(last.time(), now).abs().compareTo(FRESH) < 0) {
            return last.lines();
        }
        StringBuilder lines = new StringBuilder();
        config.keys().forEach(key -> lines.append(key.line(note.text(), now)));
        SignedNote cosigned = note.only(trusted, List.of()).plus(lines.toString());
        store.replace(address(next.origin()) + STATE, cosigned.toBytes());
        seen.put(next.origin(), cosigned);
        fresh.put(next.origin(), new Fresh(note.text(), lines.toString(), now));
        return lines.toString();
    }

    private void load(String origin) {
        String file = address(origin) + STATE;
        store.read(file).ifPresent(bytes -> {
            try {
                SignedNote note = SignedNote.parse(bytes);
                if (!Checkpoint.parse(note.text()).origin().equals(origin)) {
                    throw new NoteException("it is of another log than " + origin);
                }
                if (note.verifiedBy(trusted(origin)).isEmpty()) {
                    throw new NoteException("it is signed by no key of " + origin);
                }
                if (note.cosignatures(keys()).isEmpty()) {
                    throw new NoteException("it is not cosigned by the key of this witness");
                }
                seen.put(origin, note);
            } catch (NoteException e) {
                throw new LogException(
                        CORRUPT, config.folder().resolve(file) + " cannot be gone on from: " + e.getMessage(), e);
            }
        });
    }
}
