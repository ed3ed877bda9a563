package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code docs/officers.md}, followed to the letter: a fence {@code sh} is one command of Sluice, run in this JVM, or shell, run by
 * bash; {@code text} behind it is what comes out, where {@code …} stands for anything in a line, alone for any lines.
 */
final class Walk {
    /** What of the page needs no running broker, and then what does. */
    enum Part {
        DESK,
        CLUSTER
    }

    private static final Path PAGE = Path.of(System.getProperty("sluice.home")).resolve("docs/officers.md");
    private static final String NEEDS_A_CLUSTER = "\n## 10. ";
    private static final Pattern FENCE =
            Pattern.compile("^```(sh|text)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SLUICE = "./sluice ";
    private static final String FILES = "(my-rulebook|docs|policies)(/.*)?|[a-z0-9-]+([.]tar[.]gz|[.]key[.]pem)";

    private final Path folder;
    private final Function<String[], Invocation> commandLine;

    /**
     * @param folder where the page's files are
     * @param commandLine runs a verb
     */
    Walk(Path folder, Function<String[], Invocation> commandLine) {
        this.folder = folder;
        this.commandLine = commandLine;
    }

    /** Goes one part. @return how many commands that were */
    int follow(Part part) throws IOException, InterruptedException {
        List<String[]> blocks = blocks(part);
        int commands = 0;
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i)[0].equals("sh")) {
                commands++;
                String command = blocks.get(i)[1].strip();
                String said = command.startsWith(SLUICE) ? sluice(command) : bash(command);
                if (i + 1 < blocks.size() && blocks.get(i + 1)[0].equals("text")) {
                    assertThat(said).as(command).matches(pattern(blocks.get(i + 1)[1]));
                }
            }
        }
        return commands;
    }

    private static List<String[]> blocks(Part part) throws IOException {
        String page = Files.readString(PAGE);
        int cut = page.indexOf(NEEDS_A_CLUSTER);
        assertThat(cut).as(NEEDS_A_CLUSTER).isPositive();
        Matcher fences = FENCE.matcher(part == Part.DESK ? page.substring(0, cut) : page.substring(cut));
        List<String[]> blocks = new ArrayList<>();
        while (fences.find()) {
            blocks.add(new String[] {fences.group(1), fences.group(2)});
        }
        return blocks;
    }

    private String sluice(String command) {
        String[] words = Arrays.stream(command.substring(SLUICE.length()).split(" +"))
                .map(word -> word.matches(FILES) ? folder.resolve(word).toString() : word)
                .toArray(String[]::new);
        Invocation run = commandLine.apply(words);
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
