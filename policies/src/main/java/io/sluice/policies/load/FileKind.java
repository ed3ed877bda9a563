package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of rulebook files: where they stand, which schema types them, which member names them. */
public enum FileKind {
    CLASSES("classes.yaml", null),
    CONTROLLERS("controllers.yaml", null),
    APPROVERS("approvers.yaml", null),
    PURPOSES("purposes/", "purpose"),
    CATALOG("catalog/", "dataset"),
    PRODUCERS("producers/", "producer"),
    RECIPIENTS("recipients/", "recipient"),
    PROFILES("profiles/", "profile"),
    PROTECTIONS("protections/", "protection"),
    TABLES("tables/", "table"),
    REVEAL("reveal.yaml", null),
    ACCESS("access.yaml", null),
    SCENARIOS("scenarios/", null);

    private final String place;
    private final @Nullable String idMember;
    private final JsonNode schemaText;
    private final JsonSchema schema;

    FileKind(String place, @Nullable String idMember) {
        this.place = place;
        this.idMember = idMember;
        this.schemaText = schemaText(name().toLowerCase(Locale.ROOT));
        this.schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schemaText);
    }

    /** The kind of a file by its path below the rulebook folder. */
    public static Optional<FileKind> of(String path) {
        for (FileKind kind : values()) {
            boolean folder = kind.place.endsWith("/");
            if (folder
                    ? path.startsWith(kind.place)
                            && path.indexOf('/', kind.place.length()) < 0
                            && path.endsWith(".yaml")
                    : path.equals(kind.place)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The file, or the folder with a slash. */
    public String place() {
        return place;
    }

    /** The member that repeats the file's name, empty where files have none. */
    public Optional<String> idMember() {
        return Optional.ofNullable(idMember);
    }

    /** The published schema, as JSON. */
    public JsonNode schemaText() {
        return schemaText;
    }

    JsonSchema schema() {
        return schema;
    }

    private static JsonNode schemaText(String name) {
        String resource = "/schemas/" + name + ".schema.json";
        try (InputStream in = FileKind.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The module lacks " + resource);
            }
            return StrictJson.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("The module's " + resource + " cannot be read", e);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("The module's " + resource + " is not JSON", e);
        }
    }
}
