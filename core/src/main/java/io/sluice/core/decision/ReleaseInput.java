package io.sluice.core.decision;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sluice/release} is asked: one question for all recipients. It holds tags and coded choices, no values, no
 * ids, no time finer than the day, so that a million alike records ask it once, and so that an audit entry can hold it
 * whole (promise P5).
 *
 * @param day UTC date of {@code received}, for a requeued record of its requeue, since what it releases leaves then: the
 *     policy's only clock
 * @param dataset dataset id
 * @param controller controller id
 * @param producer producer id
 * @param producerOrg its organisation
 * @param purpose collection purpose
 * @param region subject's region code, null where unknown
 * @param consents purposes consented to, sorted
 * @param objections purposes objected to, sorted; {@code *} for all
 * @param restrictions purposes restricted, sorted; {@code *} for all
 * @param attributes decision attributes
 */
public record ReleaseInput(
        LocalDate day,
        String dataset,
        String controller,
        String producer,
        String producerOrg,
        String purpose,
        @Nullable String region,
        List<String> consents,
        List<String> objections,
        List<String> restrictions,
        SortedMap<String, String> attributes) {
    public ReleaseInput {
        consents = List.copyOf(consents);
        objections = List.copyOf(objections);
        restrictions = List.copyOf(restrictions);
        attributes = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** The JSON object of design 4.3. */
    public Map<String, Object> toJson() {
        Map<String, Object> subject = new TreeMap<>();
        if (region != null) {
            subject.put("region", region);
        }
        subject.put("consents", consents);
        subject.put("objections", objections);
        subject.put("restrictions", restrictions);
        Map<String, Object> input = new TreeMap<>();
        input.put("day", day.toString());
        input.put("dataset", dataset);
        input.put("controller", controller);
        input.put("producer", Map.of("id", producer, "org", producerOrg));
        input.put("purpose", purpose);
        input.put("subject", subject);
        input.put("attributes", attributes);
        return input;
    }

    /**
     * Reads the JSON object, as an audit entry holds it.
     *
     * @throws IllegalArgumentException if it is not exactly what {@link #toJson} makes
     */
    public static ReleaseInput of(JsonNode json) {
        JsonNode subject = json.path("subject");
        SortedMap<String, String> attributes = new TreeMap<>();
        json.path("attributes")
                .properties()
                .forEach(attribute ->
                        attributes.put(attribute.getKey(), attribute.getValue().asText()));
        try {
            ReleaseInput input = new ReleaseInput(
                    LocalDate.parse(json.path("day").asText()),
                    json.path("dataset").asText(),
                    json.path("controller").asText(),
                    json.path("producer").path("id").asText(),
                    json.path("producer").path("org").asText(),
                    json.path("purpose").asText(),
                    subject.path("region").isTextual() ? subject.path("region").asText() : null,
                    texts(subject.path("consents")),
                    texts(subject.path("objections")),
                    texts(subject.path("restrictions")),
                    attributes);
            if (Arrays.equals(input.canonical(), CanonicalJson.bytes(json))) {
                return input;
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("The decision input's day is no date", e);
        }
        throw new IllegalArgumentException("The decision input lacks a member, or has one that is not known");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    /** RFC 8785 bytes of {@link #toJson}. */
    public byte[] canonical() {
        return CanonicalJson.bytes(toJson());
    }
}
