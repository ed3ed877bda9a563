package io.sluice.audit.verify;

import io.sluice.audit.log.EntryBundle;
import io.sluice.audit.log.HashTile;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the narrower forms of a tile or bundle that stand in the folder from earlier checkpoints. */
final class PartialAudit {
    private final @Nullable Path folder;
    private final Findings findings;

    /** @param folder null where the log is not a folder: nobody can list it */
    PartialAudit(@Nullable Path folder, Findings findings) {
        this.folder = folder;
        this.findings = findings;
    }

    /** Compares with the hashes that the tile was seen to hold; for level 0, the partial bundles too. */
    void check(TileId id, byte[] hashes) {
        for (TileId partial : narrower(id)) {
            read(partial)
                    .filter(bytes -> !Arrays.equals(bytes, HashTile.prefix(hashes, partial.width())))
                    .ifPresent(bytes -> findings.altered(partial.path(), "does not start the tile of its place"));
        }
        if (id.level() == 0) {
            for (TileId partial : narrower(new TileId(TileId.ENTRIES, id.index(), id.width()))) {
                read(partial)
                        .filter(bytes -> !startsWith(hashes, bytes, partial.width()))
                        .ifPresent(bytes -> findings.altered(partial.path(), "holds other entries than were signed"));
            }
        }
    }

    private static boolean startsWith(byte[] hashes, byte[] bundle, int width) {
        try {
            int slot = 0;
            for (byte[] entry : EntryBundle.decode(bundle, width)) {
                if (!TreeHashes.leaf(entry).equals(Hash.at(hashes, slot++ * Hash.SIZE))) {
                    return false;
                }
            }
            return true;
        } catch (LogException e) {
            return false; // it does not hold that many entries
        }
    }

    private java.util.Optional<byte[]> read(TileId id) {
        return folder == null
                ? java.util.Optional.empty()
                : io.sluice.audit.log.FileLogStore.source(folder).read(id.path());
    }

    private List<TileId> narrower(TileId id) {
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve(id.full().partialFolder()))) {
            return files.flatMap(file -> TileId.parse(id.full().partialFolder() + "/" + file.getFileName()).stream())
                    .filter(partial -> partial.width() < id.width())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new LogException(LogException.Fault.IO, "cannot list " + id.partialFolder(), e);
        }
    }
}
