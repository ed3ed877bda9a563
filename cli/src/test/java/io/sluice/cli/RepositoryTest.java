package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The repository lints itself: what a reviewer would otherwise have to remember. */
class RepositoryTest {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final Set<String> VAGUE =
            Set.of("util", "utils", "common", "manager", "impl", "helper", "helpers", "misc");

    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() throws IOException {
        List<String> faults = new ArrayList<>();
        Set<Path> folders = new TreeSet<>();
        sources("main").forEach(file -> folders.add(file.getParent()));
        for (Path folder : folders) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
                faults.add(HOME.relativize(folder) + " has no package-info.java with @NullMarked");
            }
            if (VAGUE.contains(folder.getFileName().toString())) {
                faults.add(HOME.relativize(folder) + " has a name that says nothing");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void headerNamesStandInOnePlace() throws IOException {
        Pattern stray = Pattern.compile("\"(?:ce_[a-z]+|sluice-(?:seal|reason|position|attempt|recipients))\"");
        assertThat(linesMatching(
                        stray,
                        file -> !file.endsWith("core/event/Headers.java")
                                // There the word is the domain of the associated data, which may never follow a
                                // header's name.
                                && !file.endsWith("protection/seal/SealForm.java")))
                .isEmpty();
    }

    @Test
    void noTestSleepsAndNothingIsSwallowed() throws IOException {
        Pattern sleep = Pattern.compile("Thread\\.sleep\\(|TimeUnit\\.[A-Z]+\\.sleep\\(");
        Pattern swallowed =
                Pattern.compile("catch \\((?:Exception|Throwable) \\w+\\) \\{\\s*\\}|printStackTrace\\(\\)");
        List<String> faults = linesMatching(swallowed, file -> true);
        for (Path file : sources("test")) {
            if (!file.endsWith("RepositoryTest.java")
                    && sleep.matcher(Files.readString(file)).find()) {
                faults.add(HOME.relativize(file) + " sleeps");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void documentsLinkToFilesThatExist() throws IOException {
        Pattern link = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)");
        List<String> faults = new ArrayList<>();
        for (Path document : documents()) {
            Matcher matcher = link.matcher(Files.readString(document));
            while (matcher.find()) {
                if (!Files.exists(document.resolveSibling(matcher.group(1)))) {
                    faults.add(HOME.relativize(document) + " links to " + matcher.group(1) + ", which does not exist");
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static List<String> linesMatching(Pattern pattern, java.util.function.Predicate<Path> included)
            throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources("main")) {
            Matcher matcher = pattern.matcher(Files.readString(file));
            while (included.test(file) && matcher.find()) {
                found.add(HOME.relativize(file) + ": " + matcher.group());
            }
        }
        return found;
    }

    private static List<Path> sources(String set) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(HOME)) {
            for (Path module : modules.toList()) {
                Path root = module.resolve("src").resolve(set).resolve("java");
                if (Files.isDirectory(root)) {
                    try (Stream<Path> walk = Files.walk(root)) {
                        walk.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                    }
                }
            }
        }
        return files;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(HOME);
                Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }
}
