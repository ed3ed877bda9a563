package io.sluice.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFolderTest {
    @TempDir
    Path scratch;

    @Test
    void isItsOwnersAlone() throws Exception {
        Path fresh = scratch.resolve("a/b");
        Path empty = Files.createDirectory(scratch.resolve("empty"));
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));

        for (Path root : List.of(fresh, empty)) {
            StackFolder.claim(root).close();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void isTakenUpAgain() throws Exception {
        StackFolder.claim(scratch.resolve("kept")).close();
        Files.writeString(scratch.resolve("kept/care.ndjson"), "{}\n");

        try (StackFolder folder = StackFolder.claim(scratch.resolve("kept"))) {
            assertThat(folder.root()).isEqualTo(scratch.resolve("kept"));
        }
    }

    @Test
    void isHeldByOneAtATime() {
        try (StackFolder held = StackFolder.claim(scratch.resolve("kept"))) {
            assertThatThrownBy(() -> StackFolder.claim(held.root()))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining(held.root().toString())
                    .hasMessageContaining("in use by another sluice process");
        }
    }

    @Test
    void refusesAFolderOfOthersAndLeavesItAsItIs() throws Exception {
        Files.writeString(scratch.resolve("thesis.txt"), "mine");

        assertThatThrownBy(() -> StackFolder.claim(scratch))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("thesis.txt")
                .hasMessageContaining("choose an empty folder");

        assertThat(scratch).isDirectoryNotContaining(file -> !file.endsWith("thesis.txt"));
    }

    @Test
    void refusesWhatAnotherVersionMade() throws Exception {
        Files.writeString(scratch.resolve(".sluice-demo"), "99\n");

        assertThatThrownBy(() -> StackFolder.claim(scratch))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("another version of Sluice");
    }

    @Test
    void refusesAFileAndWhatCannotBeMade() throws Exception {
        Path file = Files.writeString(scratch.resolve("file"), "");

        assertThatThrownBy(() -> StackFolder.claim(file)).hasMessageContaining("is a file; name a folder");
        assertThatThrownBy(() -> StackFolder.claim(file.resolve("below")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("choose one that you may write to");
    }
}
