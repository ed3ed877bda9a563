package io.sluice.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.changelog.fs.FsStateChangelogOptions;
import org.apache.flink.changelog.fs.FsStateChangelogStorageFactory;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;

/**
 * A job's checkpoints in one local folder, across starts. A job that was killed goes on from its newest complete checkpoint:
 * that is what makes it exactly once over a kill, because the outputs that it had committed by then, and no others, are
 * what the checkpoint stands for. One job per folder, which owns what is in it: the checkpoint that it started from goes once
 * its own replace it.
 *
 * <p>A checkpoint holds what changed in keyed state since the one before (Flink's changelog, FLIP-158), so that its cost
 * follows the traffic and not the state; the state is written whole every ten minutes.
 */
public final class Checkpoints {
    private static final String METADATA = "_metadata";
    private static final String CHANGES = "changes";
    private static final int DEPTH = 3; // <job id>/chk-<n>/_metadata

    private Checkpoints() {}

    /** The folder of the newest complete checkpoint; empty where there is none. */
    public static Optional<Path> newest(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.find(
                folder, DEPTH, (path, attributes) -> attributes.isRegularFile() && path.endsWith(METADATA))) {
            return files.max(Comparator.comparing(Checkpoints::modified).thenComparing(Path::toString))
                    .map(Path::getParent);
        } catch (IOException e) {
            throw new UncheckedIOException("The checkpoints in " + folder + " cannot be listed", e);
        }
    }

    /** Sets where a job keeps its checkpoints, and that it starts from the newest one if there is one. */
    public static void configure(Configuration configuration, Path folder) {
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.toAbsolutePath().toUri().toString());
        configuration.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, true);
        configuration.set(StateChangelogOptions.STATE_CHANGE_LOG_STORAGE, FsStateChangelogStorageFactory.IDENTIFIER);
        configuration.set(
                FsStateChangelogOptions.BASE_PATH,
                folder.resolve(CHANGES).toAbsolutePath().toUri().toString());
        configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        newest(folder)
                .ifPresent(path -> configuration.set(
                        StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
    }

    private static FileTime modified(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }
}
