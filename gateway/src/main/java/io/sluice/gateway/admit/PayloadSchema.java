package io.sluice.gateway.admit;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.Vocabulary;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.sluice.core.encoding.JsonOutline;
import io.sluice.core.encoding.JsonText;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema (2020-12) of a dataset. A refusal names the place and the rule, never the value; a member name that the
 * schema does not declare is shown as {@code *}, because the producer chose it and it may be personal data. Nothing is
 * loaded from elsewhere, patterns are bounded. Thread-safe.
 */
final class PayloadSchema {
    private static final Vocabulary NUMBERS = NumberRule.vocabulary();
    private static final JsonMetaSchema METASCHEMA = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
            .vocabularyFactory(iri -> NUMBERS.getIri().equals(iri) ? NUMBERS : null)
            .build();

    private final JsonSchema schema;
    private final @Nullable QuickCheck quick;
    private final Set<String> declaredNames = new HashSet<>();

    /** @param text the schema, canonical JSON @throws IllegalArgumentException if it is none */
    PayloadSchema(String text) {
        JsonNode json;
        try {
            json = StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("The dataset's schema is not JSON: " + e.getMessage(), e);
        }
        requireDialect(json);
        collectNames(json);
        SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                .failFast(true)
                .pathType(PathType.JSON_POINTER)
                .regularExpressionFactory(BoundedPattern::new)
                .build();
        this.schema = JsonSchemaFactory.getInstance(
                        SpecVersion.VersionFlag.V202012,
                        factory -> factory.metaSchema(METASCHEMA)
                                .schemaLoaders(
                                        loaders -> loaders.values(List::clear).add(DisallowSchemaLoader.getInstance())))
                .getSchema(json, config);
        schema.initializeValidators();
        this.quick = QuickCheck.of(json);
    }

    /** @throws RefusedException {@code schema-violated} */
    void require(JsonText payload) {
        JsonOutline outline = payload.outline();
        if (quick != null && outline != null && quick.passes(outline)) {
            return;
        }
        Set<ValidationMessage> faults = schema.validate(payload.wholeTree());
        if (!faults.isEmpty()) {
            ValidationMessage fault = faults.iterator().next();
            String pointer = pointer(fault.getInstanceLocation());
            String rule = fault.getEvaluationPath().toString();
            throw new RefusedException(new Problem(
                    ProblemCode.SCHEMA_VIOLATED,
                    "The value at the pointer breaks the rule '" + fault.getType() + "' of the dataset's schema.",
                    pointer,
                    rule,
                    List.of()));
        }
    }

    private String pointer(JsonNodePath path) {
        StringBuilder pointer = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            boolean ours = element instanceof Integer || declaredNames.contains(element.toString());
            pointer.append('/').append(ours ? escape(element.toString()) : "*");
        }
        return pointer.toString();
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** Another dialect would be read by other rules, some of which do not compare numbers exactly. */
    private static void requireDialect(JsonNode node) {
        JsonNode dialect = node.path("$schema");
        if (dialect.isTextual() && !dialect.textValue().equals(SchemaId.V202012)) {
            throw new IllegalArgumentException("The dataset's schema is not of JSON Schema 2020-12");
        }
        node.forEach(PayloadSchema::requireDialect);
    }

    private void collectNames(JsonNode node) {
        node.path("properties").fieldNames().forEachRemaining(declaredNames::add);
        node.forEach(this::collectNames);
    }
}
