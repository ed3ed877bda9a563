package io.sluice.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What may not leave: every direct identifier of the people in a folder of FHIR bundles (45 CFR 164.514(b)(2)(i)), and the
 * names and addresses of practitioners below the State.
 */
final class Identifiers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LEAST_NUMBER = 5;
    private static final int LEAST_FRACTION = 9;

    private final Map<String, String> values = new TreeMap<>(); // value -> kind

    static Identifiers ofFolder(Path folder) throws IOException {
        Identifiers identifiers = new Identifiers();
        List<JsonNode> resources = resources(folder);
        for (JsonNode resource : resources) { // first, so that a reference to one is named by what it is
            identifiers.add(resource.path("id"), resource.path("resourceType").asText() + " id");
        }
        resources.forEach(identifiers::resource);
        return identifiers;
    }

    /**
     * What payment does not need: official numbers, phones, origin, results and the words for codes. What it needs (name,
     * address and birth date of the insured, ids, references and dates of what is charged for, providers) is left out, also
     * where it happens to be the same text.
     */
    static Identifiers notForPayment(Path folder) throws IOException {
        Identifiers forbidden = new Identifiers();
        StringBuilder needed = new StringBuilder();
        for (JsonNode resource : resources(folder)) {
            switch (resource.path("resourceType").asText()) {
                case "Patient" -> {
                    forbidden.add(resource.path("deceasedDateTime"), "date of death");
                    forbidden.person(resource); // numbers, telecom, coordinates; the rest is needed
                    forbidden.extensions(resource);
                    texts(resource, Set.of("id", "birthDate", "name", "line", "city", "postalCode"), needed);
                }
                case "Practitioner", "Organization" -> {
                    resource.path("telecom").forEach(telecom -> forbidden.add(telecom.path("value"), "telecom"));
                    texts(resource, Set.of("id", "value", "name", "line", "city", "postalCode"), needed);
                    resource.path("telecom").forEach(telecom -> remove(telecom.path("value"), needed));
                }
                case "Observation", "DiagnosticReport", "CarePlan" -> {
                    forbidden.add(resource.path("id"), "id of what is not charged for");
                    resource.findValues("valueQuantity").forEach(q -> forbidden.longNumber(q.path("value"), "result"));
                }
                default -> {
                    texts(resource, Set.of("id", "reference", "start", "end", "created", "value"), needed);
                    texts(resource, Set.of("onsetDateTime", "abatementDateTime", "occurrenceDateTime"), needed);
                    texts(resource, Set.of("recordedDate", "authoredOn", "coverage", "payor", "contained"), needed);
                }
            }
            forbidden.words(resource);
            forbidden.add(resource.path("text").path("div"), "narrative");
        }
        String granted = needed.toString().toLowerCase(Locale.ROOT);
        forbidden.values.keySet().removeIf(value -> granted.contains(value.toLowerCase(Locale.ROOT)));
        return forbidden;
    }

    private static List<JsonNode> resources(Path folder) throws IOException {
        List<JsonNode> resources = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                JSON.readTree(file.toFile()).path("entry").forEach(entry -> resources.add(entry.path("resource")));
            }
        }
        return resources;
    }

    /** All texts under members of those names. */
    private static void texts(JsonNode node, Set<String> names, StringBuilder into) {
        if (node.isObject()) {
            node.properties().forEach(member -> {
                if (names.contains(member.getKey())) {
                    into.append(member.getValue()).append('\n');
                }
                texts(member.getValue(), names, into);
            });
        } else {
            node.forEach(child -> texts(child, names, into));
        }
    }

    private static void remove(JsonNode value, StringBuilder from) {
        for (int at = from.indexOf(value.asText()); at >= 0; at = from.indexOf(value.asText())) {
            from.delete(at, at + value.asText().length());
        }
    }

    /** Each value with its kind. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    private void resource(JsonNode resource) {
        String type = resource.path("resourceType").asText();
        switch (type) {
            case "Patient" -> {
                date(resource.path("birthDate"), "birth date");
                person(resource);
                extensions(resource);
            }
            case "Organization" -> {
                person(resource);
                add(resource.path("name"), "organization name");
            }
            default -> person(resource);
        }
        resource.findValues("reference").forEach(reference -> reference(reference, "reference"));
        dates(resource, "date of " + type);
        add(resource.path("text").path("div"), "narrative");
    }

    /** Every date that says more than the year, whatever its field. */
    private void dates(JsonNode node, String what) {
        if (node.isTextual() && node.asText().matches("[0-9]{4}-[0-9]{2}-[0-9]{2}.*")) {
            add(node, what);
            put(node.asText().substring(0, 10), what);
        }
        node.forEach(child -> dates(child, what));
    }

    private void extensions(JsonNode resource) {
        for (JsonNode extension : resource.path("extension")) {
            add(extension.path("valueString"), "mother's maiden name");
            add(extension.path("valueAddress").path("city"), "birth place");
            longNumber(extension.path("valueDecimal"), "life years");
        }
    }

    /** A shorter number is the number of something else, too. */
    private void longNumber(JsonNode value, String what) {
        if (value.asText().length() >= LEAST_FRACTION) {
            add(value, what);
        }
    }

    /** What somebody chose to call a code: text, where a code would do. */
    private void words(JsonNode node) {
        if (node.path("coding").isArray()) {
            node.path("coding").forEach(coding -> word(coding.path("display")));
            word(node.path("text"));
        }
        node.forEach(this::words);
    }

    private void word(JsonNode text) {
        if (text.asText().contains(" ")) {
            add(text, "words for a code");
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

    private void reference(JsonNode reference, String what) {
        String text = reference.asText();
        if (!text.startsWith("#")) {
            put(text.startsWith("urn:uuid:") ? text.substring(9) : text, what);
        }
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
