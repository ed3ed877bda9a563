package io.sluice.protection.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.rulebook.TransformKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Identifiers in every corner that FHIR has: into each object of a record of each type goes one corner after the other, and
 * none of it may come out for research or billing. What a rule opens is no corner: a name that somebody writes into a field
 * of a code leaves as the code.
 */
class CornersTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Parts of what is hidden; none stands in a harmless record. */
    private static final List<String> SECRETS = List.of(
            "Quackenbush",
            "Zebulon",
            "987-65-4321",
            "617-555-0142",
            "zeb@example.net",
            "12 Rookery Lane",
            "1949-07-21");

    private static final String SECRET = String.join(" ", SECRETS);
    private static final String BASE64 = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));

    /** What is done to one object of a record. */
    private static final Map<String, Consumer<ObjectNode>> CORNERS = new LinkedHashMap<>();

    static {
        CORNERS.put("element id", object -> {
            if (!object.has("resourceType")) {
                object.put("id", SECRET);
            }
        });
        CORNERS.put("unknown member", object -> object.put("comment", SECRET));
        CORNERS.put("unknown object", object -> object.putObject("more").put("text", SECRET));
        CORNERS.put(
                "unknown arrays",
                object -> object.putArray("more").addArray().addArray().add(SECRET));
        CORNERS.put("name of a member", object -> object.put(SECRET, true));
        CORNERS.put(
                "name of a member that holds more",
                object -> object.putObject(SECRET)
                        .set("coding", MAPPER.createArrayNode().addObject().put("code", "harmless")));
        CORNERS.put(
                "comments of DSTU2", object -> object.putArray("fhir_comments").add(SECRET));
        CORNERS.put(
                "extension",
                object -> extension(object, "http://example.org/note").put("valueString", SECRET));
        CORNERS.put(
                "extension in an extension",
                object -> extension(extension(object, "http://example.org/note"), "inner")
                        .put("valueString", SECRET));
        CORNERS.put(
                "url of an extension",
                object -> extension(object, "http://example.org/" + SECRET).put("valueBoolean", true));
        CORNERS.put("url that ends like a known one", object -> {
            ObjectNode extension = extension(object, "http://example.org/" + SECRET + "/us-core-birthsex");
            extension.put("valueCode", "M");
            extension(extension(object, "http://example.org/" + SECRET + "/us-core-race"), "ombCategory")
                    .putObject("valueCoding")
                    .put("code", "harmless");
        });
        for (String known : List.of(
                "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
                "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity",
                "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex",
                "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName",
                "http://hl7.org/fhir/StructureDefinition/geolocation",
                "http://synthetichealth.github.io/synthea/utilization-encounters-extension")) {
            CORNERS.put("values of extension " + known, object -> {
                ObjectNode extension = extension(object, known);
                extension
                        .put("valueMarkdown", SECRET)
                        .putObject("valueHumanName")
                        .put("text", SECRET);
                ObjectNode inner = extension(extension, "text");
                inner.put("valueString", SECRET)
                        .putObject("valueAddress")
                        .putArray("line")
                        .add(SECRET);
            });
        }
        CORNERS.put("display", object -> {
            if (object.has("code") || object.has("system") || object.has("reference")) {
                object.put("display", SECRET);
            }
        });
        CORNERS.put("text", object -> {
            if (object.has("coding")) {
                object.put("text", SECRET);
            }
        });
        CORNERS.put("identifier in a reference", object -> {
            if (object.has("reference")) {
                object.putObject("identifier")
                        .put("system", "http://hl7.org/fhir/sid/us-ssn")
                        .put("value", SECRET);
                object.put("type", SECRET);
            }
        });
        CORNERS.put(
                "narrative",
                object -> object.putObject("text")
                        .put("status", "generated")
                        .put("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + SECRET + "</div>"));
        CORNERS.put(
                "note",
                object -> object.putArray("note")
                        .addObject()
                        .put("text", SECRET)
                        .put("authorString", SECRET)
                        .putObject("authorReference")
                        .put("display", SECRET));
        CORNERS.put("annotation", object -> object.putObject("note").put("text", SECRET));
        for (String name : List.of("photo", "content", "presentedForm", "attachment", "valueAttachment", "data")) {
            CORNERS.put("attachment " + name, object -> {
                ObjectNode attachment = MAPPER.createObjectNode()
                        .put("contentType", "text/plain")
                        .put("data", BASE64)
                        .put("title", SECRET)
                        .put("url", "data:text/plain;base64," + BASE64);
                object.set(
                        name,
                        name.equals("photo") || name.equals("presentedForm")
                                ? MAPPER.createArrayNode().add(attachment)
                                : attachment);
            });
        }
        CORNERS.put("base64", object -> object.put("valueBase64Binary", BASE64).put("data", BASE64));
        CORNERS.put("contained patient", object -> contained(object, "Patient"));
        CORNERS.put("contained coverage", object -> contained(object, "Coverage"));
        CORNERS.put("contained request", object -> contained(object, "ServiceRequest"));
        CORNERS.put("contained without a type", object -> contained(object, ""));
        CORNERS.put(
                "choice of another type",
                object -> Stream.of(
                                "value",
                                "onset",
                                "abatement",
                                "performed",
                                "occurrence",
                                "effective",
                                "deceased",
                                "multipleBirth")
                        .forEach(choice -> object.put(choice + "Markdown", SECRET)
                                .putObject(choice + "HumanName")
                                .put("text", SECRET)));
    }

    static Stream<String> types() {
        return ShippedPlans.datasets().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void noCornerOfARecordLeaks(String type) throws Exception {
        ObjectNode full = full(type);
        List<String> leaks = new ArrayList<>();
        int tried = 0;
        try (Views views = new Views(type)) {
            for (List<Object> place : objects(full)) {
                for (Map.Entry<String, Consumer<ObjectNode>> corner : CORNERS.entrySet()) {
                    ObjectNode record = full.deepCopy();
                    corner.getValue().accept((ObjectNode) at(record, place));
                    leaks.addAll(views.leaksOf(record, corner.getKey() + " at " + place));
                    tried++;
                }
            }
        }
        assertThat(tried).isGreaterThan(200);
        assertThat(leaks).isEmpty();
    }

    /** What is said of a primitive stands beside it, and something else may stand where a primitive should. */
    @ParameterizedTest
    @MethodSource("types")
    void nothingBesideOrInPlaceOfAPrimitiveLeaks(String type) throws Exception {
        ObjectNode full = full(type);
        List<String> leaks = new ArrayList<>();
        try (Views views = new Views(type)) {
            for (List<Object> place : objects(full)) {
                List<String> primitives = new ArrayList<>();
                ((ObjectNode) at(full, place)).properties().forEach(member -> {
                    if (member.getValue().isValueNode()) {
                        primitives.add(member.getKey());
                    }
                });
                for (String name : primitives) {
                    for (int variant = 0; variant < 5; variant++) {
                        ObjectNode record = full.deepCopy();
                        ObjectNode object = (ObjectNode) at(record, place);
                        switch (variant) {
                            case 0 ->
                                object.putObject("_" + name)
                                        .put("id", SECRET)
                                        .putArray("extension")
                                        .addObject()
                                        .put("url", "http://example.org/x")
                                        .put("valueString", SECRET);
                            case 1 ->
                                object.putArray("_" + name)
                                        .addNull()
                                        .addObject()
                                        .put("id", SECRET);
                            case 2 ->
                                object.putObject(name).put("value", SECRET).put(SECRET, 1);
                            case 3 ->
                                object.putArray(name).add(SECRET).addObject().put("value", SECRET);
                            default -> object.put("_" + name, SECRET);
                        }
                        leaks.addAll(views.leaksOf(record, "_" + name + " variant " + variant + " at " + place));
                    }
                }
            }
        }
        assertThat(leaks).isEmpty();
    }

    /** FHIR has no maps: where a list is declared, the names of an object in its place are nobody's to release. */
    @ParameterizedTest
    @MethodSource("types")
    void namesOfMembersInPlaceOfAListDoNotLeak(String type) throws Exception {
        ObjectNode full = full(type);
        List<String> leaks = new ArrayList<>();
        try (Views views = new Views(type)) {
            for (List<Object> place : arrays(full)) {
                ObjectNode record = full.deepCopy();
                Object last = place.get(place.size() - 1);
                ObjectNode parent = (ObjectNode) at(record, place.subList(0, place.size() - 1));
                JsonNode element = parent.get((String) last).get(0);
                parent.putObject((String) last).set(SECRET, element);
                leaks.addAll(views.leaksOf(record, "an object at " + place));
            }
        }
        assertThat(leaks).isEmpty();
    }

    /** Free text stays closed, whatever the field: to whoever is not treating the patient. */
    @ParameterizedTest
    @MethodSource("types")
    void freeTextIsDropped(String type) throws Exception {
        try (Views views = new Views(type)) {
            views.plans.forEach((recipient, plan) -> plan.plan().fields().forEach(rule -> {
                List<String> classes =
                        ShippedPlans.dataset(plan.plan().dataset()).fields().get(rule.pattern());
                if (Objects.requireNonNull(classes).stream().anyMatch(one -> one.startsWith("text"))) {
                    assertThat(rule.transform().kind())
                            .as(recipient + " " + rule.pattern())
                            .isEqualTo(TransformKind.DROP);
                }
            }));
        }
    }

    @Test
    void aModifierWithholdsTheRecordWhereverItStands() throws Exception {
        for (String type : ShippedPlans.datasets().keySet()) {
            ObjectNode full = full(type);
            try (Views views = new Views(type)) {
                for (List<Object> place : objects(full)) {
                    ObjectNode record = full.deepCopy();
                    ((ObjectNode) at(record, place))
                            .putArray("modifierExtension")
                            .addObject()
                            .put("url", "http://example.org/not")
                            .put("valueString", SECRET);
                    assertThat(views.of(record).values())
                            .as(type + " " + place)
                            .allMatch(new View.Failed(ReasonCode.MODIFIER_EXTENSION)::equals);
                }
            }
        }
    }

    /** The search can fail: care is allowed to see what is in a display. */
    @Test
    void theSearchFindsWhatIsThere() throws Exception {
        ObjectNode record = full("Condition");
        ((ObjectNode) record.at("/code")).put("text", SECRET);
        Protector protector = Plans.protector();
        CompiledPlan care = protector.compile(
                Objects.requireNonNull(ShippedPlans.of("fhir-condition").get("care")));
        protector.read(MAPPER.writeValueAsBytes(record));
        View view = protector.protect(care, Plans.CONTEXT);
        assertThat(found(new String(((View.Protected) view).bytes(), StandardCharsets.UTF_8)))
                .hasSize(SECRETS.size());
    }

    private static ObjectNode full(String type) {
        return FullRecord.of(
                type,
                ShippedPlans.dataset(
                        Objects.requireNonNull(ShippedPlans.datasets().get(type))));
    }

    private static ObjectNode extension(ObjectNode object, String url) {
        JsonNode there = object.get("extension");
        ArrayNode extensions = there instanceof ArrayNode array ? array : object.putArray("extension");
        return extensions.addObject().put("url", url);
    }

    private static void contained(ObjectNode object, String type) {
        ObjectNode contained = object.withArray("contained").addObject();
        if (!type.isEmpty()) {
            contained.put("resourceType", type);
        }
        contained.put("id", SECRET).put("status", "active").put("birthDate", "1949-07-21");
        contained
                .putArray("name")
                .addObject()
                .put("family", SECRET)
                .putArray("given")
                .add(SECRET);
        contained.putArray("identifier").addObject().put("value", SECRET);
        contained.putObject("text").put("div", "<div>" + SECRET + "</div>");
        contained.putArray("note").addObject().put("text", SECRET);
        contained.putObject("relationship").put("text", SECRET);
        contained
                .putArray("contained")
                .addObject()
                .put("resourceType", "Patient")
                .put("gender", SECRET);
    }

    /** The paths of all objects of a record. */
    private static List<List<Object>> objects(JsonNode node) {
        List<List<Object>> found = new ArrayList<>();
        walk(node, List.of(), found, true);
        return found;
    }

    /** The paths of all lists of objects that a member holds. */
    private static List<List<Object>> arrays(JsonNode node) {
        List<List<Object>> found = new ArrayList<>();
        walk(node, List.of(), found, false);
        return found;
    }

    private static void walk(JsonNode node, List<Object> path, List<List<Object>> found, boolean objects) {
        if (node.isObject() == objects && node.isContainerNode()) {
            found.add(path);
        }
        if (node.isObject()) {
            node.properties().forEach(member -> walk(member.getValue(), with(path, member.getKey()), found, objects));
        } else {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), with(path, i), found, objects);
            }
        }
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return List.copyOf(longer);
    }

    private static JsonNode at(JsonNode node, List<Object> path) {
        JsonNode here = node;
        for (Object step : path) {
            here = step instanceof Integer index ? here.get(index) : here.get((String) step);
        }
        return here;
    }

    private static List<String> found(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        TreeSet<String> found = new TreeSet<>();
        for (String secret : SECRETS) {
            if (lower.contains(secret.toLowerCase(Locale.ROOT))) {
                found.add(secret);
            }
        }
        if (text.contains(BASE64.substring(0, 24))) {
            found.add("base64");
        }
        return List.copyOf(found);
    }

    /** The views of research and billing of one type. */
    private static final class Views implements AutoCloseable {
        private final Protector protector = Plans.protector();
        final Map<String, CompiledPlan> plans = new LinkedHashMap<>();
        private final Map<String, Set<String>> kept = new LinkedHashMap<>();

        Views(String type) throws PlanRefusedException {
            String dataset = Objects.requireNonNull(ShippedPlans.datasets().get(type));
            for (Map.Entry<String, ProtectionPlan> plan :
                    ShippedPlans.of(dataset).entrySet()) {
                if (!plan.getKey().equals("care")) {
                    plans.put(plan.getKey(), protector.compile(plan.getValue()));
                }
            }
        }

        Map<String, View> of(ObjectNode record) throws JsonProcessingException {
            assertThat(protector.read(MAPPER.writeValueAsBytes(record))).isTrue();
            Map<String, View> views = new LinkedHashMap<>();
            plans.forEach((recipient, plan) -> views.put(recipient, protector.protect(plan, Plans.CONTEXT)));
            return views;
        }

        List<String> leaksOf(ObjectNode record, String where) throws JsonProcessingException {
            List<String> leaks = new ArrayList<>();
            of(record).forEach((recipient, view) -> {
                if (view instanceof View.Protected released
                        && !found(new String(released.bytes(), StandardCharsets.UTF_8))
                                .isEmpty()) {
                    search(tree(released.bytes()), "", kept(recipient), recipient + ": " + where, leaks);
                }
            });
            return leaks;
        }

        /** What a rule keeps is no leak where it stands; a member's name always is. */
        private static void search(JsonNode node, String path, Set<String> kept, String where, List<String> leaks) {
            if (node.isObject()) {
                node.properties().forEach(member -> {
                    if (!found(member.getKey()).isEmpty()) {
                        leaks.add(where + ": name of a member of " + path);
                    }
                    search(member.getValue(), path + "/" + member.getKey(), kept, where, leaks);
                });
            } else if (node.isArray()) {
                node.forEach(element -> search(element, path + "/*", kept, where, leaks));
            } else if (!kept.contains(path) && !found(node.asText()).isEmpty()) {
                leaks.add(where + ": " + path + " " + found(node.asText()));
            }
        }

        /** The patterns that are kept, predicates as any; where two differ in a predicate alone, only if both are. */
        private Set<String> kept(String recipient) {
            return kept.computeIfAbsent(recipient, any -> {
                Set<String> open = new HashSet<>();
                Set<String> closed = new HashSet<>();
                Objects.requireNonNull(plans.get(recipient))
                        .plan()
                        .fields()
                        .forEach(rule -> (rule.transform().kind() == TransformKind.KEEP ? open : closed)
                                .add(rule.pattern().text().replaceAll("\\[[^]]*]", "*")));
                open.removeAll(closed);
                return open;
            });
        }

        private static JsonNode tree(byte[] json) {
            try {
                return MAPPER.readTree(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            protector.clear();
        }
    }
}
