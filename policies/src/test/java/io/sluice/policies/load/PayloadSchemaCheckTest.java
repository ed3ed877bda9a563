package io.sluice.policies.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadSchemaCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"const\":{\"pattern\":\"[\"}}",
                "{\"enum\":[{\"patternProperties\":{\"[\":1}}]}",
                "{\"items\":{\"default\":{\"a\":{\"pattern\":\"[\"}},\"examples\":[{\"pattern\":\"[\"}]}}",
            })
    void takesAnyValueForAPayloads(String schema) throws Exception {
        assertThat(PayloadSchemaCheck.faults(JSON.readTree(schema))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"properties\":{\"const\":{\"pattern\":\"[\"}}}|/properties/const/pattern",
                "{\"$defs\":{\"enum\":{\"items\":{\"pattern\":\"[\"}}}}|/$defs/enum/items/pattern",
                "{\"allOf\":[{\"patternProperties\":{\"[\":true}}]}|/allOf/0/patternProperties",
                "{\"const\":{\"$schema\":\"draft-07\"}}|/const/$schema",
                "{\"default\":{\"pattern\":\"[\"},\"$ref\":\"#/default\"}|'['",
            })
    void tellsOfAPatternWhereverASchemaStands(String schema, String place) throws Exception {
        assertThat(PayloadSchemaCheck.faults(JSON.readTree(schema)))
                .singleElement()
                .asString()
                .startsWith(place);
    }
}
