package io.sluice.policies.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads a rulebook folder. Everything that is wrong is collected and thrown together, so that an officer sees it at once.
 * Stateless and thread-safe; a folder that changes while it is read may give either state of a file.
 */
public final class RulebookLoader {
    /** Most files of a rulebook. */
    public static final int MAX_FILES = 1_024;

    /** Largest file. */
    public static final int MAX_FILE_BYTES = 1_000_000;

    private static final int MAX_FOLDERS_DEEP = 6;

    private RulebookLoader() {}

    /**
     * Reads a folder.
     *
     * @throws RulebookInvalidException if a file does not read, is of no known kind, or does not fit its schema
     * @throws UncheckedIOException if the folder cannot be read
     */
    public static LoadedRulebook load(Path folder) {
        List<Finding> findings = new ArrayList<>();
        SortedMap<String, byte[]> contents = contents(folder, findings);
        SortedMap<String, YamlDocument> files = new TreeMap<>();
        SortedMap<String, byte[]> rego = new TreeMap<>();
        SortedMap<String, byte[]> payloads = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            String path = file.getKey();
            Optional<FileKind> kind = FileKind.of(path);
            if (kind.isPresent()) {
                YamlReader.read(path, kind.get(), file.getValue(), findings)
                        .ifPresent(document -> files.put(path, document));
            } else if (path.startsWith("rego/") && path.endsWith(".rego")) {
                rego.put(path, file.getValue());
            } else if (path.startsWith("payloads/") && path.endsWith(".schema.json")) {
                payloads.put(path, file.getValue());
            } else if (!path.endsWith(".md") && !path.startsWith("rego/")) {
                findings.add(new Finding(
                        Finding.Severity.ERROR,
                        path,
                        0,
                        0,
                        "no rulebook file is of this name; see docs/specs/rulebook.md"));
            }
        }
        requireNothingWrong(findings);
        RulebookDocument document = new RulebookDocument(files, payloads, findings);
        LoadedRulebook rulebook = new LoadedRulebook(document.assemble(), files, rego);
        requireNothingWrong(findings);
        return rulebook;
    }

    private static void requireNothingWrong(List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new RulebookInvalidException(findings);
        }
    }

    /** Regular files only: a link could bring in what is not the officers' own. Names that begin with a dot are left out. */
    private static SortedMap<String, byte[]> contents(Path folder, List<Finding> findings) {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder, MAX_FOLDERS_DEEP)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                boolean hidden = name.startsWith(".") || name.contains("/.") || name.endsWith("~");
                if (hidden || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > MAX_FILE_BYTES) {
                    findings.add(new Finding(
                            Finding.Severity.ERROR,
                            name,
                            0,
                            0,
                            "not a regular file of at most " + MAX_FILE_BYTES + " bytes"));
                    continue;
                }
                contents.put(name, Files.readAllBytes(path));
                if (contents.size() > MAX_FILES) {
                    throw new RulebookInvalidException(List.of(new Finding(
                            Finding.Severity.ERROR, name, 0, 0, "a rulebook has at most " + MAX_FILES + " files")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The rulebook folder " + folder + " cannot be read", e);
        }
        return contents;
    }
}
