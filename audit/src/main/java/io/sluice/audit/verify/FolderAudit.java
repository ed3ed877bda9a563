package io.sluice.audit.verify;

import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.TileId;
import io.sluice.audit.verify.Finding.Question;
import io.sluice.core.encoding.Sha256;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Goes over all files of a log folder: names those that do not belong there, and checks those named by their content. */
final class FolderAudit {
    private static final Set<String> CHECKED_ELSEWHERE = Set.of(
            LogFiles.CHECKPOINT,
            LogFiles.WITNESSED,
            LogFiles.TIMESTAMPED,
            LogFiles.VERIFIER_KEY,
            LogFiles.ML_DSA_KEY,
            LogFiles.OFFSETS,
            LogFiles.PRUNED);
    private static final Set<String> IN_FLIGHT = Set.of(
            LogFiles.CHECKPOINT + LogFiles.NEW_SUFFIX,
            LogFiles.WITNESSED + LogFiles.NEW_SUFFIX,
            LogFiles.TIMESTAMPED + LogFiles.NEW_SUFFIX,
            LogFiles.OFFSETS + LogFiles.NEW_SUFFIX,
            LogFiles.PRUNED + LogFiles.NEW_SUFFIX,
            LogFiles.ML_DSA_KEY + LogFiles.NEW_SUFFIX);

    /** What {@code audit.append} keeps beside the log: the file's name is the digest of its content. */
    private static final Pattern BY_CONTENT = Pattern.compile(
            "(?:bundles/|approvals/[0-9a-f]{64}/|activations/[1-9][0-9]{0,17}/|plans/)([0-9a-f]{64})(?:\\.json)?");

    private static final Pattern IN_FLIGHT_BY_CONTENT =
            Pattern.compile("(?:bundles|approvals/[0-9a-f]{64}|activations/[1-9][0-9]{0,17}|plans)/\\.[0-9]+\\.new");

    private final Path folder;
    private final long size;
    private final LongSupplier sizeNow;
    private final Findings findings;

    /** @param sizeNow asks for the size that is signed now: a writer may have gone on since */
    FolderAudit(Path folder, long size, LongSupplier sizeNow, Findings findings) {
        this.folder = folder;
        this.size = size;
        this.sizeNow = sizeNow;
        this.findings = findings;
    }

    void run() {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String path = folder.relativize(file).toString().replace('\\', '/');
                    if (!attributes.isRegularFile()) {
                        findings.altered(path, "is not a plain file");
                    } else {
                        check(path, file, attributes.size());
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof java.nio.file.NoSuchFileException) {
                        return FileVisitResult.CONTINUE; // a writer at work deletes partial tiles
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new LogException(LogException.Fault.IO, "cannot go over " + folder, e);
        }
    }

    private void check(String path, Path file, long bytes) throws IOException {
        if (CHECKED_ELSEWHERE.contains(path)) {
            return;
        }
        if (path.equals(LogFiles.LOCK)) {
            if (bytes != 0) {
                findings.altered(path, "is not empty");
            }
            return;
        }
        if (IN_FLIGHT.contains(path) || IN_FLIGHT_BY_CONTENT.matcher(path).matches()) {
            findings.note(Question.INTACT, path, "was being written");
            return;
        }
        Matcher byContent = BY_CONTENT.matcher(path);
        if (byContent.matches()) {
            if (!Sha256.hex(Files.readAllBytes(file)).equals(byContent.group(1))) {
                findings.altered(path, "its content does not have the digest that is its name");
            }
            return;
        }
        TileId.parse(path).ifPresentOrElse(id -> tile(id, path), () -> unexpected(path));
    }

    private void tile(TileId id, String path) {
        if (TileId.inTree(id.level(), id.index(), size)
                .filter(inTree -> id.width() <= inTree.width())
                .isPresent()) {
            return;
        }
        if (inNextBatch(id, size) || inNextBatch(id, sizeNow.getAsLong())) {
            findings.note(Question.INTACT, path, "lies beyond the checkpoint that was verified");
        } else {
            unexpected(path);
        }
    }

    private static boolean inNextBatch(TileId id, long size) {
        int shift = Math.max(id.level(), 0) * TileId.FULL_LOG2;
        return id.index() <= (size + AuditLog.MAX_BATCH) >>> shift >>> TileId.FULL_LOG2;
    }

    private void unexpected(String path) {
        findings.altered(path, "does not belong to the log");
    }
}
