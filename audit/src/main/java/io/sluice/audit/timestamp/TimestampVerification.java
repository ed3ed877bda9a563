package io.sluice.audit.timestamp;

import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.VerifierKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a log's checkpoint was stamped with the time. Beside the three verdicts, merged into none: an authority says when a
 * root existed, and nothing of what others were shown.
 *
 * @param stamp what the token says; null where none holds
 * @param size entries under the stamped checkpoint; 0 where there is none
 * @param fault why it does not hold; empty where it does
 */
public record TimestampVerification(@Nullable Timestamp stamp, long size, String fault) {
    /**
     * Of a log, from anywhere.
     *
     * @param key the log's
     * @param current the checkpoint that was verified: that the stamped one is a beginning of it is proved against its root,
     *     whatever the log's tiles are by now
     */
    public static TimestampVerification of(LogSource log, VerifierKey key, Checkpoint current, TimestampTrust trust) {
        Optional<byte[]> file = log.read(LogFiles.TIMESTAMPED);
        if (file.isEmpty()) {
            return new TimestampVerification(null, 0, LogFiles.TIMESTAMPED + " is missing");
        }
        return of(file.get(), key, trust, stamped -> {
            if (stamped.size() > current.size()
                    || !ProofCheck.consistency(
                            stamped.size(),
                            current.size(),
                            new LogReader(log).consistencyProof(stamped.size(), current.size()),
                            stamped.root(),
                            current.root())) {
                throw new NoteException("is of another tree than this log's");
            }
        });
    }

    /** Of the file alone. @param tree whether its checkpoint is of the tree at hand */
    public static TimestampVerification of(byte[] file, VerifierKey key, TimestampTrust trust, Tree tree) {
        long size = 0;
        try {
            TimestampedCheckpoint stamped = TimestampedCheckpoint.parse(file);
            Checkpoint checkpoint = stamped.checkpoint(key);
            size = checkpoint.size();
            tree.require(checkpoint);
            return new TimestampVerification(stamped.check(trust, null), size, "");
        } catch (NoteException | TimestampException | LogException e) {
            return new TimestampVerification(null, size, LogFiles.TIMESTAMPED + " " + e.getMessage());
        }
    }

    /** Throws where a checkpoint is not of the tree at hand. */
    @FunctionalInterface
    public interface Tree {
        /** @throws NoteException saying what it is instead */
        void require(Checkpoint stamped);
    }

    /** Whether it holds. */
    public boolean holds() {
        return stamp != null;
    }

    /** The result for people. */
    public String line() {
        return "timestamp  "
                + (stamp == null
                        ? "fails, " + fault
                        : "holds, " + size + " entries at " + stamp.time() + " by " + stamp.authority() + ", serial "
                                + stamp.serial());
    }
}
