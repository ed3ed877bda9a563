package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/** Every command explains itself, and whatever a help or a document shows can be typed. */
class HelpTest {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    /** A command line up to where the shell has a word in it. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:\\./|^ *|\\$ )sluice ((?:\\\\\\n|[^\\n#|;<>()`&])+)", Pattern.MULTILINE);

    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|\\S+");
    private static final Pattern FENCE = Pattern.compile("^ *```.*?^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    /** The launcher's own, and those that the module benchmarks brings. */
    private static final Set<String> ELSEWHERE = Set.of("test", "bench");

    private static final Map<String, CommandSpec> TREE = tree();

    static Stream<String> commands() {
        return TREE.keySet().stream();
    }

    private static Map<String, CommandSpec> tree() {
        Map<String, CommandSpec> specs = new TreeMap<>();
        collect(SluiceCommand.commandLine(Terminal.detect()), specs);
        return specs;
    }

    private static void collect(CommandLine command, Map<String, CommandSpec> specs) {
        specs.put(command.getCommandSpec().qualifiedName(), command.getCommandSpec());
        command.getSubcommands().values().forEach(child -> collect(child, specs));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysWhatItDoes(String command) {
        UsageMessageSpec usage = spec(command).usageMessage();

        assertThat(usage.description()).as("description").isNotEmpty();
        assertThat(usage.description())
                .as("a line is a sentence, broken by the terminal alone")
                .allMatch(line -> line.matches("(?s).*[.:]"));
        assertThat(usage.exitCodeList()).as("exit codes").containsKeys("0", "1", "2");
        assertThat(spec(command).optionsMap()).containsKeys("--help", "--config", "--verbose");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysWhatEachOptionMeans(String command) {
        List<ArgSpec> all = new ArrayList<>(spec(command).options());
        all.addAll(spec(command).positionalParameters());
        for (ArgSpec one : all) {
            String said = String.join(" ", one.description());
            assertThat(said).as(one.toString()).matches("(?s).{8,}\\.");
            if (one.arity().max() > 0) {
                assertThat(one.paramLabel()).as(one.toString()).matches("[A-Z][A-Z|=]*");
            }
            if (one.completionCandidates() != null) {
                assertThat(one.completionCandidates()).as(one.toString()).allMatch(value -> value.matches("[a-z-]+"));
            }
            if (one.defaultValue() != null) {
                assertThat(said).as(one.toString()).contains("Default: " + one.defaultValue());
            }
        }
    }

    /** Groups list their commands; every other one shows how it is used, in a line that it would accept. */
    @ParameterizedTest
    @MethodSource("commands")
    void showsAnExampleThatParses(String command) {
        CommandSpec spec = spec(command);
        String footer = String.join("\n", spec.usageMessage().footer());
        if (spec.subcommands().isEmpty() && !command.equals("sluice bench")) {
            assertThat(footer).contains("Example").contains("./" + command);
        }
        assertThat(faults(footer)).isEmpty();
    }

    @Test
    void everyCommandOfTheDocumentsParses() throws IOException {
        List<String> faults = new ArrayList<>();
        long seen = 0;
        for (Path document : documents()) {
            Matcher fences = FENCE.matcher(Files.readString(document));
            while (fences.find()) {
                seen += COMMAND.matcher(fences.group()).results().count();
                faults(fences.group()).forEach(fault -> faults.add(HOME.relativize(document) + ": " + fault));
            }
        }
        assertThat(faults).isEmpty();
        assertThat(seen).as("commands found").isGreaterThan(30);
    }

    private static CommandSpec spec(String command) {
        CommandSpec spec = TREE.get(command);
        if (spec == null) {
            throw new IllegalArgumentException(command);
        }
        return spec;
    }

    /** What is wrong with the command lines of a text. */
    private static List<String> faults(String text) {
        List<String> faults = new ArrayList<>();
        Matcher commands = COMMAND.matcher(text);
        while (commands.find()) {
            List<String> words = WORD.matcher(commands.group(1).replace("\\\n", " "))
                    .results()
                    .map(word -> word.group().replaceAll("^[\"']|[\"']$", ""))
                    .toList();
            if (ELSEWHERE.contains(words.get(0))) {
                continue;
            }
            try {
                SluiceCommand.commandLine(Terminal.detect()).parseArgs(words.toArray(String[]::new));
            } catch (ParameterException e) {
                faults.add(String.join(" ", words) + ": " + e.getMessage());
            }
        }
        return faults;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
            return Stream.concat(Stream.of(HOME.resolve("README.md")), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }
}
