package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/officers.md}, followed to the letter: a fence {@code sh} is one command of Sluice, run in this JVM, or shell, run by
 * bash; {@code text} behind it is what comes out, where {@code …} stands for anything in a line, alone for any lines.
 */
class OfficersWalkTest {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final Pattern FENCE =
            Pattern.compile("^```(sh|text)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SLUICE = "./sluice ";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theWalkHolds() throws Exception {
        assumeTrue(has("bash") && has("perl"), "the walk needs bash and perl");
        for (String linked : List.of("docs", "policies")) {
            Files.createSymbolicLink(folder.resolve(linked), HOME.resolve(linked));
        }
        Matcher fences = FENCE.matcher(Files.readString(HOME.resolve("docs/officers.md")));
        List<String[]> blocks = new ArrayList<>();
        while (fences.find()) {
            blocks.add(new String[] {fences.group(1), fences.group(2)});
        }
        assertThat(blocks).hasSizeGreaterThan(20);
        try {
            for (int i = 0; i < blocks.size(); i++) {
                if (blocks.get(i)[0].equals("sh")) {
                    String command = blocks.get(i)[1].strip();
                    String said = command.startsWith(SLUICE) ? sluice(command) : bash(command);
                    if (i + 1 < blocks.size() && blocks.get(i + 1)[0].equals("text")) {
                        assertThat(said).as(command).matches(pattern(blocks.get(i + 1)[1]));
                    }
                }
            }
        } finally {
            Files.delete(folder.resolve("docs"));
            Files.delete(folder.resolve("policies"));
        }
    }

    private String sluice(String command) {
        String[] words = Arrays.stream(command.substring(SLUICE.length()).split(" +"))
                .map(word -> word.matches("(my-rulebook|docs|policies)(/.*)?")
                        ? folder.resolve(word).toString()
                        : word)
                .toArray(String[]::new);
        Invocation run = Invocation.of(words);
        return (run.out() + run.err()).replace(folder + "/", "");
    }

    private String bash(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-e", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(script + "\n" + said).isZero();
        return said;
    }

    private static boolean has(String tool) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + tool)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static Pattern pattern(String shown) {
        String lines = shown.stripTrailing()
                .lines()
                .map(line -> line.strip().equals("…")
                        ? "(?:[^\\n]*\\n)*?"
                        : Arrays.stream(line.stripTrailing().split("…", -1))
                                        .map(Pattern::quote)
                                        .collect(Collectors.joining("[^\\n]*?"))
                                + "[ \\t]*(?:\\n|\\z)")
                .collect(Collectors.joining());
        return Pattern.compile(lines + "\\s*");
    }
}
