package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.flink.changelog.fs.FsStateChangelogOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    Path folder;

    /** Else a checkpoint would cost what the state has, and old ones would stay with what they say of subjects. */
    @Test
    void keepsWhatChangedAloneAndOwnsWhatItStartsFrom() throws Exception {
        Path older = checkpoint("a/chk-9", 1_000);
        Path newest = checkpoint("b/chk-1", 2_000);
        Configuration configuration = new Configuration();

        Checkpoints.configure(configuration, folder);

        assertThat(configuration.get(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG))
                .isTrue();
        assertThat(configuration.get(StateChangelogOptions.STATE_CHANGE_LOG_STORAGE))
                .isEqualTo("filesystem");
        assertThat(configuration.get(FsStateChangelogOptions.BASE_PATH)).startsWith(uri(folder));
        assertThat(configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
                .startsWith(uri(folder));
        assertThat(configuration.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS))
                .isEqualTo(1);
        assertThat(configuration.get(StateRecoveryOptions.RESTORE_MODE)).isEqualTo(RecoveryClaimMode.CLAIM);
        assertThat(configuration.get(StateRecoveryOptions.SAVEPOINT_PATH))
                .startsWith(uri(newest))
                .doesNotContain(older.toString());
    }

    @Test
    void startsFromNothingWhereNothingIsComplete() throws Exception {
        Files.createDirectories(folder.resolve("a/chk-1"));
        Configuration configuration = new Configuration();

        Checkpoints.configure(configuration, folder);

        assertThat(configuration.contains(StateRecoveryOptions.SAVEPOINT_PATH)).isFalse();
        assertThat(Checkpoints.newest(folder.resolve("none"))).isEmpty();
    }

    /** It is read like a checkpoint, and so its age is checked like one's. */
    @Test
    void aSavepointIsFoundToo() throws Exception {
        checkpoint("a/chk-1", 1_000);
        Path savepoint = checkpoint("savepoint-1a2b", 2_000);

        assertThat(Checkpoints.newest(folder)).contains(savepoint);
    }

    private Path checkpoint(String name, long modifiedMs) throws Exception {
        Path path = Files.createDirectories(folder.resolve(name));
        Path metadata = Files.writeString(path.resolve("_metadata"), "complete");
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(modifiedMs));
        return path;
    }

    private static String uri(Path path) {
        String text = path.toAbsolutePath().toUri().toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
