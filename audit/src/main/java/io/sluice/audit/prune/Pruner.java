package io.sluice.audit.prune;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.PrunedAct;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.VerifierKey;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.event.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Prunes a log folder by its minimum index (C2SP tlog-tiles): entry bundles wholly below it are deleted, tiles stay. First an
 * act that tells what is deleted is written and has to stand in the log; then the file {@code pruned} is durable; only then
 * are bundles deleted. A crash in between leaves a log that verifies, and {@link #resume} goes on. Beside a running writer,
 * which never touches full bundles. Used by one thread; a lock keeps two of them apart.
 */
public final class Pruner {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Path folder;
    private final LogSource source;
    private final LogReader log;
    private final VerifierKey key;
    private final Supplier<Set<String>> standing;
    private final Clock clock;

    /**
     * @param key the log's; only what it signed is pruned
     * @param standing asked each time for the references of the subjects for whom a legal hold stands now, as
     *     {@code subject.holds} says: the log may be one that holds are not told in, or have them later
     */
    public Pruner(Path folder, VerifierKey key, Supplier<Set<String>> standing, Clock clock) {
        this.folder = folder;
        this.source = FileLogStore.source(folder);
        this.log = new LogReader(source);
        this.key = key;
        this.standing = standing;
        this.clock = clock;
    }

    /** Takes the act's entry to where the log is built from, and returns when it is durable there. */
    @FunctionalInterface
    public interface Acts {
        /** Writes it. */
        void write(AuditEntry entry);
    }

    /**
     * Looks what would be deleted; deletes nothing.
     *
     * @throws PruneRefusedException where nothing may or can be
     */
    public PrunedAct plan(Retention retention) {
        Checkpoint checkpoint = log.checkpoint(key);
        long from = prefix().map(PrunedPrefix::to).orElse(0L);
        Set<String> held = held(from, checkpoint.size());
        Scan scan = new Scan(retention, from, held);
        long bundle = from / TileId.FULL;
        long end = wanted(retention, checkpoint.size()) / TileId.FULL;
        while (bundle < end && scan.take(bundle, checkpoint.size())) {
            bundle++;
        }
        long to = bundle * TileId.FULL;
        if (to == from) {
            throw new PruneRefusedException("there is nothing to prune: no whole bundle of " + TileId.FULL
                    + " entries from entry " + from + " on is wholly before what was asked for");
        }
        Hash root = log.root(to, checkpoint.size());
        if (!ProofCheck.consistency(
                to, checkpoint.size(), log.consistencyProof(to, checkpoint.size()), root, checkpoint.root())) {
            throw new PruneRefusedException("the tiles do not give the root that was signed; run audit verify");
        }
        return scan.upTo(to, root);
    }

    /**
     * Deletes what was planned.
     *
     * @param detail what else the act's entry says, as who did it and why
     * @param wait how long the act may take to get into the log
     * @return place of the act's entry
     * @throws PruneRefusedException where the act does not get there, or a legal hold came meanwhile; it may be written by
     *     then, and is found the next time
     */
    public long prune(
            PrunedAct act, String tenant, String actor, Map<String, Object> detail, Acts acts, Duration wait) {
        return FileLogStore.exclusively(folder, LogFiles.VERIFIER_KEY, () -> {
            if (prefix().map(PrunedPrefix::to).orElse(0L) != act.from()) {
                throw new PruneRefusedException("the log was pruned meanwhile; look again");
            }
            long place = written(act, actor, act.to()).orElseGet(() -> {
                Map<String, Object> all = new TreeMap<>(detail);
                all.putAll(act.detail(key.name()));
                acts.write(
                        ActEntry.of(ActEntry.Code.LOG_PRUNED, tenant, PrunedAct.WRITER, actor, clock.instant(), all));
                return awaited(act, actor, wait);
            });
            requireStillFree(act, place);
            PrunedPrefix prefix = new PrunedPrefix(act.to(), place);
            FileLogStore.replace(folder, LogFiles.PRUNED, prefix.bytes(key.name()));
            delete(prefix);
            return place;
        });
    }

    /** Deletes what a pruning that broke off left; returns how many bundles. */
    public long resume() {
        return FileLogStore.exclusively(
                folder, LogFiles.VERIFIER_KEY, () -> prefix().map(this::delete).orElse(0L));
    }

    /** A hold that came while the act was on its way, or since a try before. */
    private void requireStillFree(PrunedAct act, long place) {
        long size = log.checkpoint(key).size();
        Set<String> held = held(act.from(), size);
        for (long bundle = act.from() / TileId.FULL; !held.isEmpty() && bundle < act.to() / TileId.FULL; bundle++) {
            List<byte[]> entries = log.bundle(bundle, size);
            for (int slot = 0; slot < entries.size(); slot++) {
                long index = bundle * TileId.FULL + slot;
                try {
                    requireNotHeld(form(entries.get(slot), index).json(), index, held);
                } catch (PruneRefusedException e) {
                    throw new PruneRefusedException(
                            e.getMessage() + ". Nothing was deleted, though entry " + place + " of the log says so", e);
                }
            }
        }
    }

    private Optional<PrunedPrefix> prefix() {
        return PrunedPrefix.read(source, key.name());
    }

    /** The file is nobody's word: nothing is deleted on it that the log does not say itself. */
    private long delete(PrunedPrefix prefix) {
        Checkpoint checkpoint = log.checkpoint(key);
        if (prefix.confirmed(log, checkpoint).isEmpty()) {
            throw new PruneRefusedException(
                    LogFiles.PRUNED + " says what entry " + prefix.act() + " does not; run audit verify");
        }
        long deleted = 0;
        for (long bundle = 0; prefix.covers(bundle); bundle++) {
            Path file = folder.resolve(new TileId(TileId.ENTRIES, bundle, TileId.FULL).path());
            try {
                deleted += Files.deleteIfExists(file) ? 1 : 0;
            } catch (IOException e) {
                throw new LogException(LogException.Fault.IO, "cannot delete " + file, e);
            }
        }
        return deleted;
    }

    private Optional<PrunedAct> act(byte[] entry) {
        return contains(entry, ActEntry.Code.LOG_PRUNED.code())
                ? PrunedAct.of(form(entry, -1).json(), key.name())
                : Optional.empty();
    }

    /** Where an act of that person that says so stands in the log, from a try before for example. */
    private Optional<Long> written(PrunedAct wanted, String actor, long from) {
        long size = log.checkpoint(key).size();
        for (long bundle = from / TileId.FULL; bundle * TileId.FULL < size; bundle++) {
            List<byte[]> entries = log.bundle(bundle, size);
            for (int slot = 0; slot < entries.size(); slot++) {
                byte[] entry = entries.get(slot);
                if (act(entry).filter(wanted::equals).isPresent()
                        && form(entry, bundle * TileId.FULL + slot)
                                .json()
                                .path("actor")
                                .asText("")
                                .equals(actor)) {
                    return Optional.of(bundle * TileId.FULL + slot);
                }
            }
        }
        return Optional.empty();
    }

    private long awaited(PrunedAct act, String actor, Duration wait) {
        long from = act.to();
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            long size = log.checkpoint(key).size();
            Optional<Long> place = written(act, actor, from);
            if (place.isPresent()) {
                return place.get();
            }
            if (System.nanoTime() - end > 0) {
                throw new PruneRefusedException("the act was written, and is not in the log after " + wait.toSeconds()
                        + " s; nothing was deleted. Let audit serve run, and do it again");
            }
            from = Math.max(act.to(), size / TileId.FULL * TileId.FULL);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PruneRefusedException("interrupted; nothing was deleted", e);
        }
    }

    /** Told in the log, or standing in Kafka: the one may be behind the other, and either keeps. */
    private Set<String> held(long from, long size) {
        StandingHolds holds = new StandingHolds();
        for (long bundle = from / TileId.FULL; bundle * TileId.FULL < size; bundle++) {
            for (byte[] entry : log.bundle(bundle, size)) {
                if (contains(entry, "legal-hold-")) {
                    take(holds, form(entry, -1).json());
                }
            }
        }
        Set<String> held = holds.at(clock.instant());
        held.addAll(standing.get());
        return held;
    }

    private static void take(StandingHolds holds, JsonNode entry) {
        try {
            holds.add(entry);
        } catch (IllegalArgumentException e) {
            throw new PruneRefusedException(
                    "nobody can tell what legal hold entry " + entry.path("id").asText() + " sets: " + e.getMessage(),
                    e);
        }
    }

    private static void requireNotHeld(JsonNode entry, long index, Set<String> held) {
        String subject = entry.path("subject").path("ref").asText("");
        String told = entry.path("detail").path("subject").asText("");
        if (held.contains(subject) || held.contains(told)) {
            throw new PruneRefusedException("entry " + index + " is about the subject "
                    + (held.contains(subject) ? subject : told)
                    + ", for whom a legal hold stands; release it first, or prune less");
        }
    }

    private static long wanted(Retention retention, long size) {
        return retention.index() == null ? size : Math.min(retention.index(), size);
    }

    private static EntryForm form(byte[] entry, long index) {
        try {
            return EntryForm.read(entry);
        } catch (EntryForm.BadFormException e) {
            throw new PruneRefusedException(
                    (index < 0 ? "an entry " : "entry " + index + " ") + e.getMessage() + "; run audit verify", e);
        }
    }

    /** Whether those letters stand anywhere in it: seldom, so that few entries have to be taken apart. */
    private static boolean contains(byte[] entry, String ascii) {
        return new String(entry, StandardCharsets.ISO_8859_1).contains(ascii);
    }

    /** Goes over what is to be deleted, bundle by bundle. */
    private final class Scan {
        private final Retention retention;
        private final long from;
        private final Set<String> held;
        private final MessageDigest digest;
        private final Map<String, Long> last = new TreeMap<>();
        private Instant newest = Instant.EPOCH;
        private long bytes;

        Scan(Retention retention, long from, Set<String> held) {
            this.retention = retention;
            this.from = from;
            this.held = held;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
            prefix().flatMap(prefix ->
                            act(log.entry(prefix.act(), log.checkpoint(key).size())))
                    .ifPresent(before -> last.putAll(before.last()));
        }

        /** Takes a bundle up; false where it is the first that is not to be deleted. */
        boolean take(long bundle, long size) {
            List<byte[]> entries = log.bundle(bundle, size);
            long index = bundle * TileId.FULL;
            Instant latest = newest;
            Map<String, Long> highest = new TreeMap<>(last);
            for (int slot = 0; slot < entries.size(); slot++) {
                EntryForm entry = form(entries.get(slot), index + slot);
                Instant recorded = recorded(entry.json(), index + slot);
                if (retention.before() != null && !recorded.isBefore(retention.before())) {
                    return false;
                }
                if (!recorded.isBefore(retention.floor())) {
                    throw new PruneRefusedException("entry " + (index + slot) + " was recorded at " + recorded
                            + " and has to be kept: the retention (audit.retention) reaches back to "
                            + retention.floor());
                }
                requireNotHeld(entry.json(), index + slot, held);
                latest = recorded.isAfter(latest) ? recorded : latest;
                entry.position()
                        .ifPresent(position -> highest.merge(
                                Topics.INGRESS + "/" + position.generation() + "/" + position.partition(),
                                position.offset(),
                                Math::max));
            }
            requireSigned(bundle, entries, size);
            byte[] file = source.read(new TileId(TileId.ENTRIES, bundle, TileId.FULL).path())
                    .orElseThrow();
            bytes += file.length;
            digest.update(Sha256.digest(file));
            newest = latest;
            last.putAll(highest);
            return true;
        }

        PrunedAct upTo(long to, Hash root) {
            return new PrunedAct(from, to, root, bytes, HexFormat.of().formatHex(digest.digest()), newest, last);
        }

        private Instant recorded(JsonNode entry, long index) {
            try {
                return Instant.parse(entry.path("recorded").asText(""));
            } catch (DateTimeException e) {
                throw new PruneRefusedException(
                        "entry " + index + " does not say when it was recorded, so nobody knows whether it may go", e);
            }
        }

        private void requireSigned(long bundle, List<byte[]> entries, long size) {
            for (int slot = 0; slot < entries.size(); slot++) {
                Hash leaf = log.subtree(0, bundle * TileId.FULL + slot, size);
                if (!TreeHashes.leaf(entries.get(slot)).equals(leaf)) {
                    throw new PruneRefusedException("entry " + (bundle * TileId.FULL + slot)
                            + " is not the one that its tile was made over; run audit verify");
                }
            }
        }
    }
}
