package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a run leaves behind: nothing. */
class TemporaryFolderTest {
    @Test
    void isGoneWithAllInItOnceClosed() throws Exception {
        Path root;
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-test-")) {
            root = folder.root();
            Files.createDirectories(root.resolve("a/b"));
            Files.writeString(root.resolve("a/b/file"), "text");
        }
        assertThat(root).doesNotExist();
    }

    @Test
    void closingTwiceDoesNothing() {
        TemporaryFolder folder = TemporaryFolder.create("sluice-test-");
        folder.close();
        folder.close();
        assertThat(folder.root()).doesNotExist();
    }
}
