package io.sluice.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What may not leave: every direct identifier of the people in a folder of FHIR bundles, in every encoding we can think of. */
final class Identifiers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> values = new TreeMap<>(); // value -> what it is

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

    int size() {
        return values.size();
    }

    private void resource(JsonNode resource) {
        String type = resource.path("resourceType").asText();
        switch (type) {
            case "Patient" -> {
                add(resource.path("id"), "patient id");
                add(resource.path("birthDate"), "birth date");
                add(resource.path("deceasedDateTime"), "date of death");
                resource.path("identifier").forEach(i -> add(i.path("value"), "identifier"));
                person(resource);
                for (JsonNode extension : resource.path("extension")) {
                    add(extension.path("valueString"), "mother's maiden name");
                    add(extension.path("valueAddress").path("city"), "birth place");
                }
            }
            case "Practitioner" -> {
                add(resource.path("id"), "practitioner id");
                person(resource);
            }
            case "Observation" -> {
                add(resource.path("id"), "observation id");
                reference(resource.path("subject"), "subject reference");
                reference(resource.path("encounter"), "encounter reference");
                add(resource.path("effectiveDateTime"), "date of observation");
                add(resource.path("issued"), "date of issue");
            }
            default -> add(resource.path("id"), type + " id");
        }
    }

    private void person(JsonNode resource) {
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

    private void reference(JsonNode node, String what) {
        String text = node.path("reference").asText();
        put(text.startsWith("urn:uuid:") ? text.substring(9) : text, what);
    }

    private void add(JsonNode node, String what) {
        put(node.asText(), what);
    }

    private void put(String value, String what) {
        if (!value.isEmpty()) {
            values.putIfAbsent(value, what);
        }
    }

    /** The patterns that may not stand in a de-identified view. */
    PatternSet everyEncoding() {
        PatternSet patterns = new PatternSet();
        values.forEach((value, what) ->
                encodings(value).forEach((encoding, text) -> addWord(patterns, text, what + " " + encoding, value)));
        return patterns;
    }

    /** The patterns that may not stand on disk in clear. Short words only within quotes: four letters turn up in ciphertext by chance. */
    PatternSet clear() {
        PatternSet patterns = new PatternSet();
        values.forEach((value, what) -> {
            addWord(patterns, value, what, value);
            patterns.add(
                    value.getBytes(StandardCharsets.UTF_16LE).length >= 12
                            ? value.getBytes(StandardCharsets.UTF_16LE)
                            : quoted(value),
                    what + " UTF-16");
            if (value.length() >= 8) {
                patterns.add(
                        Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(value.getBytes(StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.US_ASCII),
                        what + " base64");
            }
        });
        return patterns;
    }

    private static void addWord(PatternSet patterns, String text, String name, String value) {
        String label = name + " (" + value.length() + " characters, starts with " + value.charAt(0) + ")";
        patterns.add(text.length() >= 7 ? text.getBytes(StandardCharsets.UTF_8) : quoted(text), label);
    }

    private static byte[] quoted(String text) {
        return ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> encodings(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        Map<String, String> all = new TreeMap<>();
        all.put("as it is", value);
        all.put("lower case", value.toLowerCase(Locale.ROOT));
        all.put("upper case", value.toUpperCase(Locale.ROOT));
        all.put(
                "without accents",
                Normalizer.normalize(value, Normalizer.Form.NFD).replaceAll("\\p{M}", ""));
        all.put("decomposed", Normalizer.normalize(value, Normalizer.Form.NFD));
        all.put("reversed", new StringBuilder(value).reverse().toString());
        all.put("JSON escaped", escaped(value));
        all.put("percent encoded", java.net.URLEncoder.encode(value, StandardCharsets.UTF_8));
        all.put("hex", HexFormat.of().formatHex(utf8));
        all.put("hex upper case", HexFormat.of().withUpperCase().formatHex(utf8));
        if (value.length() >= 6) {
            for (int shift = 0; shift < 3; shift++) { // the three alignments inside a longer base64 text
                String base64 = Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString((" ".repeat(shift) + value).getBytes(StandardCharsets.UTF_8));
                int clean = base64.length() - 1;
                all.put("base64 at " + shift, base64.substring(shift == 0 ? 0 : shift + 1, clean));
                all.put(
                        "base64url at " + shift,
                        base64.substring(shift == 0 ? 0 : shift + 1, clean)
                                .replace('+', '-')
                                .replace('/', '_'));
            }
            String compact = value.replaceAll("[^\\p{L}\\p{N}]", "");
            if (compact.length() >= 7) {
                all.put("letters and digits only", compact);
            }
        }
        for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
            byte[] digest = digest(algorithm, utf8);
            all.put(algorithm + " hex", HexFormat.of().formatHex(digest));
            all.put(algorithm + " base64", Base64.getEncoder().withoutPadding().encodeToString(digest));
            all.put(
                    algorithm + " base64url",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        }
        return all;
    }

    private static String escaped(String value) {
        StringBuilder out = new StringBuilder();
        for (char c : value.toCharArray()) {
            out.append(c < 0x80 ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return out.toString();
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
