package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.DisallowSchemaLoader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Whether a payload's schema is one that the gateway takes: JSON Schema 2020-12 throughout, by that dialect's own schema,
 * and with nothing of another file. A dataset whose schema is not gets no event in, so it is told before it is in force.
 * Stateless.
 */
final class PayloadSchemaCheck {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** Keywords with values of payloads: what stands there is no keyword. */
    private static final Set<String> VALUES = Set.of("const", "enum", "default", "examples");
    /** Keywords with schemas by names, which are no keywords. */
    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    /** Of JSON Schema itself. */
    private static final JsonSchema METASCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SchemaLocation.of(DIALECT));

    /** Of what a schema is made; nothing is loaded, from nowhere. */
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            factory -> factory.schemaLoaders(
                    loaders -> loaders.values(List::clear).add(DisallowSchemaLoader.getInstance())));

    private PayloadSchemaCheck() {}

    /** What is wrong with it, each with its place; empty where it is fine. */
    static List<String> faults(JsonNode schema) {
        List<String> faults = new ArrayList<>();
        walk(schema, "", true, faults);
        if (faults.isEmpty()) {
            METASCHEMA.validate(schema).stream()
                    .sorted(Comparator.comparing(SchemaMessages::pointer).thenComparing(ValidationMessage::getType))
                    .forEach(message -> SchemaMessages.text(message)
                            .ifPresent(text -> faults.add(SchemaMessages.pointer(message) + ": " + text)));
        }
        if (faults.isEmpty()) {
            try {
                FACTORY.getSchema(schema).initializeValidators();
            } catch (JsonSchemaException e) {
                faults.add(
                        e.getCause()
                                        instanceof
                                        PatternSyntaxException pattern // of a value that a $ref takes for a schema
                                ? noPattern(pattern)
                                : e.getMessage() + " A payload's schema stands in one file: put it below $defs.");
            }
        }
        return faults;
    }

    /** Dialects and patterns, which the library would only tell of when it loads them, and without their place. */
    private static void walk(JsonNode node, String place, boolean isSchema, List<String> faults) {
        JsonNode dialect = node.path("$schema");
        if (dialect.isTextual() && !dialect.textValue().equals(DIALECT)) {
            faults.add(place + "/$schema: '" + dialect.textValue() + "' is another dialect; write it in JSON Schema"
                    + " 2020-12, \"" + DIALECT + "\"");
        }
        if (isSchema) {
            patterns(node, place, faults);
        }
        node.properties().forEach(member -> {
            String below = place + "/" + YamlDocument.token(member.getKey());
            if (isSchema && SCHEMAS_BY_NAME.contains(member.getKey())) {
                member.getValue()
                        .properties()
                        .forEach(named ->
                                walk(named.getValue(), below + "/" + YamlDocument.token(named.getKey()), true, faults));
            } else {
                walk(member.getValue(), below, isSchema && !VALUES.contains(member.getKey()), faults);
            }
        });
        for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
            walk(node.get(i), place + "/" + i, isSchema, faults);
        }
    }

    private static void patterns(JsonNode schema, String place, List<String> faults) {
        JsonNode pattern = schema.path("pattern");
        if (pattern.isTextual()) {
            pattern(place + "/pattern", pattern.textValue(), faults);
        }
        schema.path("patternProperties")
                .fieldNames()
                .forEachRemaining(name -> pattern(place + "/patternProperties", name, faults));
    }

    private static void pattern(String place, String regex, List<String> faults) {
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            faults.add(place + ": " + noPattern(e));
        }
    }

    private static String noPattern(PatternSyntaxException fault) {
        return "'" + fault.getPattern() + "' is no regular expression: " + fault.getDescription();
    }
}
