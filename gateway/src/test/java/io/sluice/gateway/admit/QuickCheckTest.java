package io.sluice.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.sluice.core.encoding.JsonOutline;
import io.sluice.core.encoding.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickCheckTest {
    private static final Path SCHEMAS = Path.of("../policies/rulebook/payloads");
    private static final String ORDER = """
            {"id":"o-1","placedAt":"2026-03-01T10:00:00Z","channel":"web","currency":"EUR","total":190,"note":"n",
             "customer":{"id":"C-1","name":"K","email":"k@mail.example","phone":"1","birthDate":"1980-01-02",
              "address":{"street":"S","city":"O","postalCode":"0155","country":"NO"}},
             "lines":[{"sku":"a","title":"t","category":"books","quantity":1,"price":19},
                      {"sku":"b","title":"t","category":"toys","quantity":2,"price":0}]}""";
    /** What stands in for a value, in turn. */
    private static final String VALUES = """
            [null,true,0,-1,1,1.0,1.5,-0.5,-1.0,-0.0,9223372036854775807,9223372036854775808,-9223372036854775809,
             999999999999999999999.5,"","web","w\\u0065b","\ud83d\ude00","\u00e9","\\u00e9","\\n","x@y",
             "2026-03-01T10:00:00Z","2026-03-01T10:00:00.123456789+01:00","NOK","NO","NO\\n",[],{},[1],[{}],{"id":1}]""";

    @Test
    void passesWhatTheValidatorTakesAndNothingElse() throws Exception {
        JsonNode schema = schema("orders.schema.json");
        QuickCheck quick = Objects.requireNonNull(QuickCheck.of(schema));
        JsonSchema validator = validator(schema);
        JsonNode order = json(ORDER);
        assertThat(quick.passes(outline(order))).isTrue();

        List<JsonNode> payloads = variants(order);
        int taken = 0;
        for (JsonNode payload : payloads) {
            boolean valid = validator.validate(payload).isEmpty();
            JsonOutline outline = JsonOutline.of(bytes(payload.toString()));
            if (outline != null && quick.passes(outline)) {
                assertThat(valid).as("quick takes %s", payload).isTrue();
                taken++;
            }
        }
        assertThat(payloads).hasSizeGreaterThan(500);
        assertThat(taken).isBetween(100, payloads.size() / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\"}",
                "{\"type\":\"array\"}",
                "{\"type\":\"string\"}",
                "{\"type\":\"boolean\"}",
                "{\"type\":\"number\"}",
                "{\"type\":\"integer\"}",
                "{\"const\":\"web\"}",
                "{\"enum\":[\"web\",\"NO\"]}",
                "{\"pattern\":\"^[A-Z]{2,3}$\"}",
                "{\"pattern\":\"[^@]@\"}",
                "{\"pattern\":\"^(?i)no$\"}",
                "{\"minLength\":1}",
                "{\"minLength\":2}",
                "{\"maxLength\":1}",
                "{\"minimum\":0}",
                "{\"minimum\":2}",
                "{\"minimum\":-1}",
                "{\"minItems\":1}",
                "{\"maxItems\":0}",
                "{\"items\":{\"type\":\"object\"}}",
                "{\"items\":{\"minimum\":2}}",
                "{\"required\":[\"id\"]}",
                "{\"required\":[\"id\",\"id\"],\"properties\":{\"a\":{},\"id\":{\"minimum\":1}}}",
                "{\"properties\":{\"id\":{\"type\":\"string\"}}}",
            })
    void noKeywordTakesWhatTheValidatorRefuses(String text) throws Exception {
        JsonNode schema = json(text);
        QuickCheck quick = Objects.requireNonNull(QuickCheck.of(schema));
        JsonSchema validator = validator(schema);

        JsonOutline values = outline(VALUES);
        int entry = values.first(JsonOutline.ROOT);
        int taken = 0;
        for (JsonNode value : json(VALUES)) {
            boolean passes = quick.passes(values, entry);
            assertThat(passes && !validator.validate(value).isEmpty())
                    .as("%s takes %s", text, value)
                    .isFalse();
            taken += passes ? 1 : 0;
            entry = values.next(entry);
        }
        assertThat(taken).isPositive();
    }

    @Test
    void everyShippedSchemaHasOne() throws Exception {
        try (Stream<Path> schemas = Files.list(SCHEMAS)) {
            for (Path file : schemas.toList()) {
                JsonNode schema = schema(file.getFileName().toString());
                assertThat(QuickCheck.of(schema)).as(file.toString()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "{\"type\":[\"string\",\"null\"]}",
                "{\"$ref\":\"#\"}",
                "{\"properties\":{\"a\":{\"not\":{}}}}",
                "{\"items\":{\"uniqueItems\":true}}",
                "{\"additionalProperties\":false}",
                "{\"enum\":[1]}",
                "{\"const\":null}",
                "{\"minLength\":1.5}",
                "{\"minimum\":0.5}",
                "{\"type\":\"null\"}",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
            })
    void leavesToTheValidatorWhatItDoesNotKnow(String schema) throws Exception {
        assertThat(QuickCheck.of(json(schema))).isNull();
    }

    /** The payload with each of its values replaced and each of its members and elements removed. */
    private static List<JsonNode> variants(JsonNode payload) throws Exception {
        List<JsonNode> variants = new ArrayList<>();
        for (JsonNode value : json(VALUES)) {
            variants.add(value);
            each(payload, value, variants::add);
        }
        return variants;
    }

    private static void each(JsonNode node, JsonNode value, Consumer<JsonNode> made) {
        if (node instanceof ObjectNode object) {
            for (var member : object.properties()) {
                String name = member.getKey();
                made.accept(object.deepCopy().set(name, value));
                made.accept(object.deepCopy().without(name));
                each(
                        member.getValue(),
                        value,
                        inner -> made.accept(object.deepCopy().set(name, inner)));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                each(array.get(i), value, inner -> {
                    ArrayNode copy = array.deepCopy();
                    copy.set(at, inner);
                    made.accept(copy);
                });
                ArrayNode longer = array.deepCopy();
                made.accept(longer.add(value));
            }
        }
    }

    private static JsonSchema validator(JsonNode schema) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }

    private static JsonNode schema(String file) throws Exception {
        return StrictJson.read(Files.readAllBytes(SCHEMAS.resolve(file)));
    }

    private static JsonNode json(String text) throws Exception {
        return StrictJson.read(bytes(text));
    }

    private static JsonOutline outline(Object text) {
        return Objects.requireNonNull(JsonOutline.of(bytes(text.toString())));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
