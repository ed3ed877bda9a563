package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A JSON Schema validator's findings in the words of an officer. Stateless. */
final class SchemaMessages {
    private SchemaMessages() {}

    /** Where the value stands, as a JSON Pointer. */
    static String pointer(ValidationMessage message) {
        StringBuilder pointer = new StringBuilder();
        JsonNodePath path = message.getInstanceLocation();
        for (int i = 0; i < path.getNameCount(); i++) {
            pointer.append('/').append(YamlDocument.token(String.valueOf(path.getElement(i))));
        }
        return pointer.toString();
    }

    /** What is wrong; empty where another message of the same value says it better. */
    static Optional<String> text(ValidationMessage message) {
        JsonNode schema = message.getSchemaNode();
        return switch (message.getType()) {
            case "additionalProperties" -> Optional.empty(); // found while reading, with a hint
            case "required" -> Optional.of("'" + message.getProperty() + "' is missing");
            case "enum" ->
                Optional.of(value(message) + " must be one of " + String.join(", ", texts(schema))
                        + Similar.hint(message.getInstanceNode().asText(), texts(schema)));
            case "type" -> Optional.of(value(message) + " must be " + article(schema));
            case "pattern" -> Optional.of(value(message) + " is not of the form " + schema.asText());
            case "oneOf" -> Optional.of(value(message) + " fits none of the forms that are allowed here");
            case "uniqueItems" -> Optional.of("the list names something twice");
            case "minItems" -> Optional.of("the list is empty");
            default -> Optional.of(message.getError() == null ? message.getMessage() : message.getError());
        };
    }

    private static String value(ValidationMessage message) {
        JsonNode instance = message.getInstanceNode();
        return instance != null && instance.isValueNode() ? "'" + instance.asText() + "'" : "the value";
    }

    private static String article(JsonNode schema) {
        String type = schema == null ? "another type" : schema.asText();
        return switch (type) {
            case "object" -> "a mapping of keys to values";
            case "array" -> "a list";
            case "integer" -> "a whole number";
            case "boolean" -> "true or false";
            case "string" -> "text";
            default -> type;
        };
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
