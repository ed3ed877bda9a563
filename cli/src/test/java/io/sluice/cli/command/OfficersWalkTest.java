package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk of {@code docs/officers.md} up to where it needs a cluster; {@link PolicyVerbsIT} goes on from there. */
class OfficersWalkTest {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theWalkHolds() throws Exception {
        boolean possible = has("bash") && has("perl");
        assertThat(possible || !"true".equals(System.getenv("CI")))
                .as("the walk needs bash and perl, as .ci/run has them")
                .isTrue();
        assumeTrue(possible, "the walk needs bash and perl");
        for (String linked : List.of("docs", "policies")) {
            Files.createSymbolicLink(folder.resolve(linked), HOME.resolve(linked));
        }
        try {
            assertThat(new Walk(folder, Invocation::of).follow(Walk.Part.DESK)).isGreaterThan(15);
        } finally {
            Files.delete(folder.resolve("docs"));
            Files.delete(folder.resolve("policies"));
        }
    }

    private static boolean has(String tool) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + tool)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
