package io.sluice.benchmarks.log;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.cli.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * One run: a log of so many entries is written, proved, indexed and searched, and the same batches are written to a plain
 * file beside it. What is measured is checked: proofs against the signed root, answers by what they have to find.
 */
final class LogRun {
    private static final int PROOFS = 10_000;
    private static final int SEARCHES = 1_000;
    private static final int SMALL_BATCHES = 100; // at most, and a tenth of the log
    private static final int SMALL_BATCH = 1_000;
    private static final int PAGE = 20;

    private final Path folder;
    private final Consumer<String> progress;
    private final MadeEntries entries;
    private final long total;
    private final int batch;
    private final int subjects;
    private final Random random = new Random(1);

    LogRun(Path folder, long total, int batch, int subjects, Consumer<String> progress) {
        this.folder = folder;
        this.total = total;
        this.batch = batch;
        this.subjects = subjects;
        this.entries = new MadeEntries(subjects);
        this.progress = progress;
    }

    /**
     * What came out.
     *
     * @param appendPerSecond entries a second, each batch durable and under a signed checkpoint
     * @param plainPerSecond entries a second into one plain file, each batch synced
     * @param batches how long a whole batch takes until its checkpoint is durable
     * @param small the same of 1,000 entries
     * @param proofs one inclusion proof
     * @param indexPerSecond entries a second into an empty index, each checked against the signed root
     * @param searches the first 20 entries about one subject, read from the log
     * @param pages 20 entries of a code that every entry has, from anywhere on, read from the log
     */
    record Result(
            double appendPerSecond,
            double plainPerSecond,
            Nanos batches,
            Nanos small,
            Nanos proofs,
            double indexPerSecond,
            Nanos searches,
            Nanos pages) {}

    Result run() {
        SigningKey key = SigningKey.generate("sluice.example/bench", new SecureRandom());
        Nanos plain = plain();
        Nanos batches;
        Nanos small;
        Checkpoint checkpoint;
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder.resolve("log"), key))) {
            progress.accept("appending " + total + " entries");
            batches = batches((from, batchEntries) -> log.append(batchEntries, from + batchEntries.size()));
            small = small(log);
            checkpoint = log.checkpoint();
        }
        progress.accept("proving " + PROOFS + " entries");
        Nanos proofs = proofs(checkpoint);
        progress.accept("indexing");
        AuditIndexConfig config = new AuditIndexConfig(
                folder.resolve("index.sqlite"), FileLogStore.source(folder.resolve("log")), key.verifier());
        try (AuditIndex index = AuditIndex.open(config)) {
            long start = System.nanoTime();
            Checkpoint indexed = index.catchUp();
            double seconds = (System.nanoTime() - start) / 1e9;
            progress.accept("searching");
            AuditQuery query = new AuditQuery(index);
            return new Result(
                    total / batches.seconds(),
                    total / plain.seconds(),
                    batches,
                    small,
                    proofs,
                    indexed.size() / seconds,
                    searches(query),
                    pages(query, indexed.size()));
        }
    }

    private interface Append {
        void batch(long from, List<byte[]> entries) throws IOException;
    }

    /** Making the entries is not what is measured. */
    private Nanos batches(Append append) {
        long[] taken = new long[(int) ((total + batch - 1) / batch)];
        for (int i = 0; i < taken.length; i++) {
            long from = (long) i * batch;
            List<byte[]> made = entries.from(from, Math.min(total, from + batch));
            long start = System.nanoTime();
            try {
                append.batch(from, made);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            taken[i] = System.nanoTime() - start;
        }
        return new Nanos(taken);
    }

    private Nanos plain() {
        progress.accept("writing " + total + " entries to a plain file");
        try (FileChannel file =
                FileChannel.open(folder.resolve("plain"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            return batches((from, made) -> {
                ByteArrayOutputStream all = new ByteArrayOutputStream(made.size() * (MadeEntries.BYTES + 1));
                for (byte[] entry : made) {
                    all.writeBytes(entry);
                    all.write('\n');
                }
                ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the plain file cannot be written", e);
        }
    }

    private Nanos small(AuditLog log) {
        long[] taken = new long[(int) Math.max(2, Math.min(SMALL_BATCHES, total / (10 * SMALL_BATCH)))];
        for (int i = 0; i < taken.length; i++) {
            List<byte[]> made = entries.from(log.size(), log.size() + SMALL_BATCH);
            long next = log.nextOffset() + SMALL_BATCH;
            long start = System.nanoTime();
            log.append(made, next);
            taken[i] = System.nanoTime() - start;
        }
        return new Nanos(taken);
    }

    private Nanos proofs(Checkpoint checkpoint) {
        LogReader log = new LogReader(FileLogStore.source(folder.resolve("log")));
        long[] taken = new long[(int) Math.min(PROOFS, total)];
        for (int i = 0; i < taken.length; i++) {
            long index = (long) (random.nextDouble() * checkpoint.size());
            long start = System.nanoTime();
            List<Hash> proof = log.inclusionProof(index, checkpoint.size());
            taken[i] = System.nanoTime() - start;
            if (!ProofCheck.inclusion(
                    TreeHashes.leaf(log.entry(index, checkpoint.size())),
                    index,
                    checkpoint.size(),
                    proof,
                    checkpoint.root())) {
                throw new CommandFailure("the proof of entry " + index + " does not prove it");
            }
        }
        return new Nanos(taken);
    }

    private Nanos searches(AuditQuery query) {
        long[] taken = new long[(int) Math.min(SEARCHES, total)];
        for (int i = 0; i < taken.length; i++) {
            long about = random.nextInt((int) Math.min(subjects, total));
            QueryFilter filter = QueryFilter.all().withSubject(entries.subject(about));
            long start = System.nanoTime();
            long first = query.find(filter, PAGE).entries().get(0).index();
            taken[i] = System.nanoTime() - start;
            if (first != about) {
                throw new CommandFailure("a search found entry " + first + " first, not " + about);
            }
        }
        return new Nanos(taken);
    }

    private Nanos pages(AuditQuery query, long size) {
        QueryFilter filter = QueryFilter.all().withCode("decided");
        long[] taken = new long[(int) Math.min(SEARCHES, total)];
        for (int i = 0; i < taken.length; i++) {
            long from = (long) (random.nextDouble() * size);
            long start = System.nanoTime();
            long first = query.find(filter, from, PAGE).entries().get(0).index();
            taken[i] = System.nanoTime() - start;
            if (first != from) {
                throw new CommandFailure("a page from entry " + from + " on begins at " + first);
            }
        }
        return new Nanos(taken);
    }
}
