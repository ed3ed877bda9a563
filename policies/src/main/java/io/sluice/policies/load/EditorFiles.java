package io.sluice.policies.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.policies.build.CompiledRego;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an editor needs to know of a rulebook: the schemas, which files they are for, and what Rego may call. Stateless. */
public final class EditorFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EditorFiles() {}

    /**
     * The files by name.
     *
     * @param folder where they will stand, below the rulebook
     */
    public static SortedMap<String, byte[]> all(String folder) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (FileKind kind : FileKind.values()) {
            files.put(name(kind), pretty(kind.schemaText()));
        }
        files.put("settings.json", pretty(settings(folder)));
        files.put("capabilities.json", capabilities());
        return files;
    }

    /** The settings of the YAML language server: files by schema. */
    public static Map<String, Object> settings(String folder) {
        Map<String, Object> schemas = new LinkedHashMap<>();
        for (FileKind kind : FileKind.values()) {
            schemas.put(
                    "./" + folder + "/" + name(kind),
                    kind.place().endsWith("/") ? kind.place() + "*.yaml" : kind.place());
        }
        return Map.of("yaml.schemas", schemas);
    }

    private static String name(FileKind kind) {
        return kind.name().toLowerCase(Locale.ROOT) + ".schema.json";
    }

    private static byte[] pretty(Object json) {
        try {
            return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A schema cannot be written as JSON", e);
        }
    }

    private static byte[] capabilities() {
        try (InputStream in = CompiledRego.class.getResourceAsStream(CompiledRego.CAPABILITIES)) {
            if (in == null) {
                throw new IllegalStateException("The module lacks " + CompiledRego.CAPABILITIES);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("The module's capabilities cannot be read", e);
        }
    }
}
