package io.sluice.cli.sample;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads sample events: {@code .json} files with one event, a FHIR Bundle or a list of events, {@code .ndjson} with one a line. The
 * entries of a Bundle are events. Stateless.
 */
public final class SampleFiles {
    /** Most samples that are read. */
    public static final int MAX_EVENTS = 100_000;
    /** Largest file. */
    public static final int MAX_FILE_BYTES = 64_000_000;

    private SampleFiles() {}

    /**
     * The events of a folder, or of one file.
     *
     * @throws CommandFailure where there are none, or one does not read
     */
    public static List<SampleEvent> read(Path place) {
        if (!Files.exists(place)) {
            throw new CommandFailure("There are no samples at " + place + ": it does not exist");
        }
        List<SampleEvent> events = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(place)) {
            for (Path path : paths.sorted().toList()) {
                String name = path.getFileName().toString();
                if (Files.isRegularFile(path) && (name.endsWith(".json") || name.endsWith(".ndjson"))) {
                    file(place, path, events);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure("The samples at " + place + " cannot be read: " + e.getMessage(), e);
        }
        if (events.isEmpty()) {
            throw new CommandFailure("There are no samples at " + place + ": no .json or .ndjson file");
        }
        return events;
    }

    private static void file(Path place, Path path, List<SampleEvent> events) throws IOException {
        String name = path.equals(place)
                ? path.getFileName().toString()
                : place.relativize(path).toString();
        if (Files.size(path) > MAX_FILE_BYTES) {
            throw new CommandFailure(path + " has more than " + MAX_FILE_BYTES + " bytes");
        }
        if (!name.endsWith(".ndjson")) {
            add(name, json(path.toString(), Files.readAllBytes(path)), events);
            return;
        }
        int line = 0;
        for (String text : Files.readAllLines(path)) {
            line++;
            if (!text.isBlank()) {
                add(name, json(path + ":" + line, text.getBytes(StandardCharsets.UTF_8)), events);
            }
        }
    }

    private static void add(String file, JsonNode json, List<SampleEvent> events) {
        if (json.isArray()) {
            json.forEach(one -> add(file, one, events));
        } else if (json.path("resourceType").asText().equals("Bundle")) {
            for (JsonNode entry : json.path("entry")) {
                if (entry.path("resource").isObject()) {
                    add(file, entry.path("resource"), events);
                }
            }
        } else {
            events.add(new SampleEvent(file, json));
        }
        if (events.size() > MAX_EVENTS) {
            throw new CommandFailure("There are more than " + MAX_EVENTS + " samples; name fewer");
        }
    }

    private static JsonNode json(String name, byte[] text) {
        try {
            return StrictJson.read(text);
        } catch (MalformedJsonException e) {
            throw new CommandFailure(name + " is not JSON: " + e.getMessage(), e);
        }
    }
}
