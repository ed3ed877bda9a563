package io.sluice.audit.serve;

import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.TileId;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SignedNote;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What may be asked of a log, by path. Nothing that no checkpoint covers yet goes out, and no file that is not of the
 * log: paths are read by a grammar and put together again, never passed on. Blocking; safe for use by many threads.
 */
final class LogResources {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BYTES = "application/octet-stream";
    private static final String FOR_EVER = "max-age=31536000, immutable";
    private static final String SHORT = "max-age=1";

    private final LogSource source;

    LogResources(Path folder) {
        this.source = FileLogStore.source(folder);
    }

    /** A resource with its headers. */
    record Resource(byte[] bytes, String contentType, String cacheControl) {}

    /** The resource of a request's path as it was sent, with its first slash; empty where there is none. */
    Optional<Resource> find(String path) {
        return switch (path) {
            case "/" + LogFiles.CHECKPOINT -> read(LogFiles.CHECKPOINT, SHORT);
            case "/" + LogFiles.WITNESSED -> read(LogFiles.WITNESSED, SHORT);
            case "/" + LogFiles.TIMESTAMPED -> read(LogFiles.TIMESTAMPED, SHORT);
            case "/" + LogFiles.VERIFIER_KEY -> read(LogFiles.VERIFIER_KEY, SHORT);
            case "/" + LogFiles.ML_DSA_KEY -> read(LogFiles.ML_DSA_KEY, SHORT);
            case "/" + LogFiles.PRUNED -> read(LogFiles.PRUNED, SHORT);
            default -> path.startsWith("/") ? TileId.parse(path.substring(1)).flatMap(this::tile) : Optional.empty();
        };
    }

    private Optional<Resource> read(String file, String cacheControl) {
        return source.read(file).map(bytes -> new Resource(bytes, TEXT, cacheControl));
    }

    private Optional<Resource> tile(TileId id) {
        boolean signed = source.read(LogFiles.CHECKPOINT)
                .map(note -> Checkpoint.parse(SignedNote.parse(note).text()).size())
                .flatMap(size -> TileId.inTree(id.level(), id.index(), size))
                .filter(inTree -> id.width() <= inTree.width())
                .isPresent();
        return signed
                ? LogReader.readOrCut(source, id).map(bytes -> new Resource(bytes, BYTES, FOR_EVER))
                : Optional.empty();
    }
}
