package io.sluice.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.certs.DevIdentity;
import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Real files as posts: every entry of every FHIR Bundle in a folder is one event, and a file with a lone resource is one.
 * St. Elsewhere sends them all, each to the dataset of its type. Numbers keep the digits that the file has. A resource that
 * comes again, in another Bundle and perhaps changed, is an event of its own: its id counts on.
 */
final class InputFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    private static final Pattern WORDS = Pattern.compile("([a-z])([A-Z])");

    private InputFiles() {}

    /** The posts of a folder's {@code *.json} files in the order of their names. */
    static List<Post> read(Path folder) {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CommandFailure("--input " + folder + ": cannot be read as a folder", e);
        }
        if (files.isEmpty()) {
            throw new CommandFailure("--input " + folder + ": holds no .json file");
        }
        List<Post> posts = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        for (Path file : files) {
            JsonNode json = parse(file);
            if (json.path("resourceType").asText().equals("Bundle")) {
                json.path("entry").forEach(entry -> posts.add(post(file, entry.path("resource"), times)));
            } else {
                posts.add(post(file, json, times));
            }
        }
        return List.copyOf(posts);
    }

    private static JsonNode parse(Path file) {
        try {
            String text = Files.readString(file);
            return MAPPER.readTree(text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (JsonProcessingException e) { // its message quotes the text
            throw new CommandFailure(file + ": is not JSON, line "
                    + (e.getLocation() == null ? "unknown" : e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw new CommandFailure(file + ": cannot be read as UTF-8 text", e);
        }
    }

    private static Post post(Path file, JsonNode resource, Map<String, Integer> times) {
        String type = resource.path("resourceType").asText();
        String resourceId = resource.path("id").asText();
        if (!type.matches("[A-Za-z]{1,64}") || resourceId.isEmpty()) {
            throw new CommandFailure(file + ": holds an entry that is no FHIR resource with a resourceType and an id");
        }
        int time = times.merge(type + "/" + resourceId, 1, Integer::sum);
        String id = time == 1 ? resourceId : resourceId + "." + time;
        Map<String, String> headers =
                Map.of("Content-Type", "application/fhir+json", "Idempotency-Key", id, "Sluice-Purpose", "treatment");
        String dataset = "fhir-" + WORDS.matcher(type).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
        return new Post(
                Post.Kind.EVENT,
                DevIdentity.ST_ELSEWHERE,
                Post.eventsPath(dataset),
                id,
                dataset + "/" + id,
                headers,
                bytes(resource));
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
