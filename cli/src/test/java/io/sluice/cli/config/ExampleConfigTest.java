package io.sluice.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** docs/sluice.example.yaml holds every setting, each with its default. */
class ExampleConfigTest {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final Path EXAMPLE = HOME.resolve("docs/sluice.example.yaml");

    @Test
    void isAcceptedAndSaysTheDefaults() {
        SluiceConfig example = new ConfigReader(name -> null).read(EXAMPLE);

        Map<String, String> said = leaves(EffectiveConfig.tree(example));
        Map<String, String> defaults = leaves(EffectiveConfig.tree(SluiceConfig.defaults(HOME.resolve("docs"))));
        said.remove("policy.rulebook"); // the installation's, wherever that is
        defaults.remove("policy.rulebook");
        assertThat(said).isEqualTo(defaults);
    }

    @Test
    void holdsEverySetting() throws IOException {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(EXAMPLE));

        assertThat(leaves((Map<?, ?>) tree).keySet())
                .isEqualTo(leaves(EffectiveConfig.tree(SluiceConfig.defaults(HOME)))
                        .keySet());
    }

    /** Its last column names settings of the file, "fixed", or whose they are. */
    @Test
    void theLimitsOfTheIngressAreSetAsTheirTableSays() throws IOException {
        Set<String> settings =
                leaves(EffectiveConfig.tree(SluiceConfig.defaults(HOME))).keySet();
        String table = Files.readString(HOME.resolve("docs/specs/ingest-api.md"))
                .split("\n## Limits\n")[1]
                .split("\n## ")[0];

        List<String> said = table.lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2) + 1, line.length() - 1))
                .flatMap(cell -> Stream.of(cell.split("[,;]")))
                .map(one -> one.strip().replace("`", ""))
                .toList();

        assertThat(said)
                .hasSizeGreaterThan(25)
                .allMatch(one -> one.equals("fixed") || one.startsWith("[rulebook]") || settings.contains(one));
        assertThat(said).contains("gateway.batches.maxEvents", "gateway.rememberedEvents");
    }

    private static Map<String, String> leaves(Map<?, ?> tree) {
        Map<String, String> leaves = new TreeMap<>();
        tree.forEach((name, value) -> {
            if (value instanceof Map<?, ?> nested) {
                leaves(nested).forEach((rest, leaf) -> leaves.put(name + "." + rest, leaf));
            } else {
                leaves.put(String.valueOf(name), String.valueOf(value));
            }
        });
        return leaves;
    }
}
