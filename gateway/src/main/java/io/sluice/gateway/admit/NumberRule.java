package io.sluice.gateway.admit;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.AbstractKeyword;
import com.networknt.schema.BaseJsonValidator;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonValidator;
import com.networknt.schema.Keyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.ValidationContext;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.ValidatorTypeCode;
import com.networknt.schema.Vocabulary;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * A keyword that compares a number with a limit (JSON Schema Validation 2020-12, section 6.2), by the values alone and
 * exactly. The library's own look at the lowest 64 bits of an integer, so that one far beyond the limit could pass.
 */
final class NumberRule extends AbstractKeyword {
    private final ValidatorTypeCode code;
    private final BiPredicate<BigDecimal, BigDecimal> holds;

    private NumberRule(ValidatorTypeCode code, BiPredicate<BigDecimal, BigDecimal> holds) {
        super(code.getValue());
        this.code = code;
        this.holds = holds;
    }

    /** The validation vocabulary with these five in the place of the library's. */
    static Vocabulary vocabulary() {
        Set<Keyword> keywords = new LinkedHashSet<>(all());
        Vocabulary.V202012_VALIDATION.getKeywords().stream()
                .filter(keyword ->
                        keywords.stream().noneMatch(ours -> ours.getValue().equals(keyword.getValue())))
                .toList()
                .forEach(keywords::add);
        return new Vocabulary(Vocabulary.V202012_VALIDATION.getIri(), keywords.toArray(Keyword[]::new));
    }

    private static List<NumberRule> all() {
        return List.of(
                new NumberRule(ValidatorTypeCode.MINIMUM, (value, limit) -> value.compareTo(limit) >= 0),
                new NumberRule(ValidatorTypeCode.MAXIMUM, (value, limit) -> value.compareTo(limit) <= 0),
                new NumberRule(ValidatorTypeCode.EXCLUSIVE_MINIMUM, (value, limit) -> value.compareTo(limit) > 0),
                new NumberRule(ValidatorTypeCode.EXCLUSIVE_MAXIMUM, (value, limit) -> value.compareTo(limit) < 0),
                new NumberRule(
                        ValidatorTypeCode.MULTIPLE_OF,
                        (value, limit) -> value.remainder(limit).signum() == 0));
    }

    @Override
    public JsonValidator newValidator(
            SchemaLocation location, JsonNodePath path, JsonNode limit, JsonSchema parent, ValidationContext context) {
        if (!limit.isNumber()
                || code == ValidatorTypeCode.MULTIPLE_OF && limit.decimalValue().signum() <= 0) {
            throw new JsonSchemaException("'" + getValue() + "' is not a number that it may be");
        }
        return new Validator(location, path, limit, parent, context);
    }

    private final class Validator extends BaseJsonValidator {
        private final BigDecimal limit;

        private Validator(
                SchemaLocation location,
                JsonNodePath path,
                JsonNode limit,
                JsonSchema parent,
                ValidationContext context) {
            super(location, path, limit, parent, code, context);
            this.limit = limit.decimalValue();
        }

        @Override
        public Set<ValidationMessage> validate(
                ExecutionContext execution, JsonNode node, JsonNode root, JsonNodePath place) {
            if (!node.isNumber() || holds.test(node.decimalValue(), limit)) {
                return Set.of();
            }
            return Set.of(message()
                    .instanceNode(node)
                    .instanceLocation(place)
                    .locale(execution.getExecutionConfig().getLocale())
                    .failFast(execution.isFailFast())
                    .arguments(limit)
                    .build());
        }
    }
}
