package io.sluice.policies.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.policies.Shipped;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.RulebookLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenariosTest {
    @Test
    void theShippedScenariosHold() {
        assertThat(Shipped.rulebook().files(FileKind.SCENARIOS)).hasSizeGreaterThan(3);
        assertThat(Scenarios.run(Shipped.rulebook(), Shipped.policy())).isEmpty();
    }

    @Test
    void whatIsNotAsExpectedIsToldAtItsStep(@TempDir Path folder) throws IOException {
        copy(folder);
        Path file = folder.resolve("scenarios/newsletter.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("/customer/email: keep", "/customer/email: drop")
                        .replace("care: {disposition: withhold}", "care: {disposition: release}"));
        List<Finding> findings = Scenarios.run(RulebookLoader.load(folder), Shipped.policy());
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "scenarios/newsletter.yaml:8:5: error: marketing: /customer/email is keep, not drop",
                        "scenarios/newsletter.yaml:8:5: error: care: withhold [Reason[rule=no-protection, clause=GDPR Art. 25(2)]], not release");
    }

    private static void copy(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(Shipped.FOLDER)) {
            for (Path path : paths.toList()) {
                Path copy = folder.resolve(Shipped.FOLDER.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }
}
