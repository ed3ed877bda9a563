package io.sluice.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What may not leave: every direct identifier of the people in a folder of FHIR bundles (45 CFR 164.514(b)(2)(i)), and the
 * names and addresses of practitioners below the State.
 */
final class Identifiers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LEAST_NUMBER = 5;

    private final Map<String, String> values = new TreeMap<>(); // value -> kind

    static Identifiers ofFolder(Path folder) throws IOException {
        Identifiers identifiers = new Identifiers();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                for (JsonNode entry : JSON.readTree(file.toFile()).path("entry")) {
                    identifiers.resource(entry.path("resource"));
                }
            }
        }
        return identifiers;
    }

    /** Each value with its kind. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    private void resource(JsonNode resource) {
        String type = resource.path("resourceType").asText();
        add(resource.path("id"), type + " id");
        switch (type) {
            case "Patient" -> {
                date(resource.path("birthDate"), "birth date");
                add(resource.path("deceasedDateTime"), "date of death");
                person(resource);
                for (JsonNode extension : resource.path("extension")) {
                    add(extension.path("valueString"), "mother's maiden name");
                    add(extension.path("valueAddress").path("city"), "birth place");
                }
            }
            case "Practitioner" -> person(resource);
            case "Observation" -> {
                reference(resource.path("subject"), "subject reference");
                reference(resource.path("encounter"), "encounter reference");
                resource.path("performer").forEach(performer -> reference(performer, "performer reference"));
                add(resource.path("effectiveDateTime"), "date of observation");
                add(resource.path("issued"), "date of issue");
            }
            default -> {
                // Its id is all of it that a view could hold.
            }
        }
    }

    private void person(JsonNode resource) {
        for (JsonNode identifier : resource.path("identifier")) {
            String kind = identifier.path("type").path("text").asText("identifier");
            String value = identifier.path("value").asText();
            if (value.length() >= LEAST_NUMBER) { // practitioners are numbered from 0 in these files
                put(value, kind.toLowerCase(Locale.ROOT));
            }
        }
        for (JsonNode name : resource.path("name")) {
            add(name.path("family"), "family name");
            name.path("given").forEach(given -> add(given, "given name"));
        }
        for (JsonNode address : resource.path("address")) {
            address.path("line").forEach(line -> add(line, "address line"));
            add(address.path("city"), "city");
            String zip = address.path("postalCode").asText();
            put(zip.matches("[0-9]{4}") ? "0" + zip : zip, "postal code"); // a lost zero makes it look like a year
            for (JsonNode geo : address.path("extension").path(0).path("extension")) {
                add(geo.path("valueDecimal"), "geolocation");
            }
        }
        resource.path("telecom").forEach(telecom -> add(telecom.path("value"), "telecom"));
    }

    /** A date of birth in the forms that people and machines write it in. */
    private void date(JsonNode node, String what) {
        add(node, what);
        if (!node.asText().isEmpty()) {
            LocalDate date = LocalDate.parse(node.asText());
            put(date.format(DateTimeFormatter.BASIC_ISO_DATE), what + " without hyphens");
            for (String pattern :
                    new String[] {"MM/dd/yyyy", "dd/MM/yyyy", "dd.MM.yyyy", "d MMMM yyyy", "MMMM d, yyyy"}) {
                put(date.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)), what + " as " + pattern);
            }
            long seconds = date.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
            put(Long.toString(seconds), what + " in seconds");
            put(Long.toString(seconds * 1_000), what + " in milliseconds");
        }
    }

    private void reference(JsonNode node, String what) {
        String text = node.path("reference").asText();
        put(text.startsWith("urn:uuid:") ? text.substring(9) : text, what);
    }

    private void add(JsonNode node, String what) {
        put(node.asText(), what);
    }

    private void put(String value, String what) {
        if (value.length() >= 2) { // one character names nobody
            values.putIfAbsent(value, what);
        }
    }
}
