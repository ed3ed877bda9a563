package io.sluice.policies.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A rulebook folder that reads well: every file typed, {@code extends} folded in, nothing checked beyond that. Treat it as
 * immutable.
 *
 * @param document the JSON form that goes into a bundle as {@code data.rulebook}
 * @param files the YAML files by path
 * @param rego the Rego files by path below {@code rego/}'s parent, tests included
 */
public record LoadedRulebook(
        ObjectNode document, SortedMap<String, YamlDocument> files, SortedMap<String, byte[]> rego) {
    public LoadedRulebook {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        rego = Collections.unmodifiableSortedMap(new TreeMap<>(rego));
    }

    /** Files of one kind, by path. */
    public List<YamlDocument> files(FileKind kind) {
        return files.values().stream().filter(file -> file.kind() == kind).toList();
    }

    /** The file of a kind that defines an id. */
    public Optional<YamlDocument> file(FileKind kind, String id) {
        return kind.idMember()
                .flatMap(member -> files(kind).stream()
                        .filter(file -> file.json().path(member).asText().equals(id))
                        .findFirst());
    }
}
