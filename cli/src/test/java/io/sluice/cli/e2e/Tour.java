package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of {@code docs/tours} as a test. What its fences hold is done in order, beside a demo that runs, from a folder
 * that looks like the repository's:
 *
 * <ul>
 *   <li>{@code sh} is run by bash; the first such block is the page's setup, which every later one repeats
 *   <li>{@code sh retry} is run until what comes out is as expected
 *   <li>{@code text} or {@code json} behind it is what comes out; {@code …} stands for what differs, alone on a line for
 *       any lines; blanks of JSON do not count
 *   <li>{@code text demo} is what the demo says from then on
 *   <li>{@code python FILE} shows a file or a part of it, from the folder that is named as the page
 *   <li>a fence without a word is for the reader alone
 * </ul>
 *
 * A block whose tool this machine lacks is passed over, and a line says so; where {@code CI=true} it fails.
 */
final class Tour {
    private static final Pattern FENCE =
            Pattern.compile("^```(\\S*) ?(\\S*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final List<String> LINKED = List.of("docs", "audit", "policies");
    private static final List<String> TOOLS = List.of("python3", "go");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private record Block(String language, String mark, String text) {
        boolean isOutput() {
            return mark.isEmpty() && (language.equals("text") || language.equals("json"));
        }
    }

    private final Path page;
    private final Path folder;
    private final SluiceProcess demo;

    /** @param folder holds {@code sluice}, {@code docs} and {@code tour} as the page has them */
    Tour(String page, Path folder, SluiceProcess demo) {
        this.page = folder.resolve("docs/tours").resolve(page);
        this.folder = folder;
        this.demo = demo;
    }

    /** Makes such a folder around a demo that is up: links into the repository, and a launcher that builds nothing. */
    static ResidentSluice prepare(Path folder) throws IOException {
        Path home = Path.of(System.getProperty("sluice.home"));
        for (String linked : LINKED) {
            Files.createSymbolicLink(folder.resolve(linked), home.resolve(linked));
        }
        return ResidentSluice.start(folder, "tour/demo/env.sh");
    }

    /** Takes the links away again, before somebody clears the folder. */
    static void cleanUp(Path folder) throws IOException {
        for (String linked : LINKED) {
            Files.deleteIfExists(folder.resolve(linked));
        }
    }

    /** @throws AssertionError where {@code CI=true}: there {@code .ci/run} has installed it, and nothing is passed over */
    static boolean lacks(String tool) throws Exception {
        int missing = new ProcessBuilder("bash", "-c", "command -v " + tool)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(missing != 0 && "true".equals(System.getenv("CI")))
                .as(tool + " is missing: without it nobody tries what docs/tours show")
                .isFalse();
        return missing != 0;
    }

    /** Does what the page says. */
    void follow() throws Exception {
        List<Block> blocks = blocks();
        String setup = blocks.stream()
                .filter(block -> block.language.equals("sh") && block.mark.isEmpty())
                .findFirst()
                .orElseThrow()
                .text;
        int said = demo.errors().length();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            Block next = i + 1 < blocks.size() ? blocks.get(i + 1) : new Block("", "", "");
            if (block.mark.contains(".")) {
                Path file = Path.of(page.toString().replaceFirst("\\.md$", "")).resolve(block.mark);
                assertThat(unindented(Files.readString(file)))
                        .as(page.getFileName() + " shows " + block.mark)
                        .contains(unindented(block.text));
            } else if (block.mark.equals("demo")) {
                Pattern words = pattern(block.text, "(?s).*");
                int from = said;
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(demo.errors().substring(from))
                                .as("what the demo says")
                                .containsPattern(words));
            } else if (block.language.equals("sh")) {
                said = demo.errors().length();
                run(setup, block, next);
            }
        }
    }

    private void run(String setup, Block block, Block next) throws Exception {
        for (String tool : TOOLS) {
            if (List.of(block.text.split("\\W+")).contains(tool) && lacks(tool)) {
                System.out.println(page.getFileName() + ": no " + tool + " here, passed over: " + block.text.strip());
                return;
            }
        }
        String script = block.text.equals(setup) ? setup : setup + block.text;
        if (!next.isOutput()) {
            sh(script, true);
        } else if (block.mark.equals("retry")) {
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(300))
                    .untilAsserted(() -> compare(script, sh(script, false), next));
        } else {
            compare(script, sh(script, false), next);
        }
    }

    private static void compare(String script, String output, Block expected) {
        boolean json = expected.language.equals("json");
        String got = json ? output.replaceAll("\\s", "") : output;
        String wanted = json ? expected.text.replaceAll("\\s", "") : expected.text;
        assertThat(got).as(script).matches(pattern(wanted, "\\s*"));
    }

    /** What the page shows, each {@code …} open. */
    private static Pattern pattern(String shown, String end) {
        String lines = shown.strip()
                .lines()
                .map(line -> line.strip().equals("…")
                        ? "(?:[^\\n]*\\n)*?"
                        : Arrays.stream(line.stripTrailing().split("…", -1))
                                        .map(Pattern::quote)
                                        .collect(Collectors.joining("[^\\n]*?"))
                                + "[ \\t]*(?:\\n|\\z)")
                .collect(Collectors.joining());
        return Pattern.compile(lines + end);
    }

    private static String unindented(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private String sh(String script, boolean mustSucceed) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(script)
                .isTrue();
        if (mustSucceed) {
            assertThat(process.exitValue()).as(script + "\n" + output).isZero();
        }
        return output;
    }

    private List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher fences = FENCE.matcher(Files.readString(page));
        while (fences.find()) {
            blocks.add(new Block(fences.group(1), fences.group(2), fences.group(3)));
        }
        return blocks;
    }
}
