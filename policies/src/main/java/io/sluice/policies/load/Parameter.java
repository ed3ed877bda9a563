package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.Names;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a parameter of a transform may be in a rulebook. */
public sealed interface Parameter {
    /** What is wrong with a value, as the end of a sentence about it; empty where nothing is. */
    Optional<String> fault(JsonNode value);

    /** A whole number of a range. */
    record Whole(int min, int max) implements Parameter {
        @Override
        public Optional<String> fault(JsonNode value) {
            boolean fits = value.isIntegralNumber() && value.asLong() >= min && value.asLong() <= max;
            return faultUnless(fits, "must be an integer from " + min + " to " + max);
        }
    }

    /** A text that is not empty. */
    record Text(int maxChars) implements Parameter {
        @Override
        public Optional<String> fault(JsonNode value) {
            int length = value.isTextual() ? value.asText().length() : 0;
            return faultUnless(length >= 1 && length <= maxChars, "must be a text of 1 to " + maxChars + " characters");
        }
    }

    /** One character. */
    record Character() implements Parameter {
        @Override
        public Optional<String> fault(JsonNode value) {
            String text = value.isTextual() ? value.asText() : "";
            return faultUnless(text.codePointCount(0, text.length()) == 1, "must be one character");
        }
    }

    /** One word of a closed list. */
    record Code(Set<String> words) implements Parameter {
        @Override
        public Optional<String> fault(JsonNode value) {
            return faultUnless(
                    value.isTextual() && words.contains(value.asText()),
                    "must be " + String.join(" or ", new TreeSet<>(words)));
        }
    }

    /** True or false. */
    record Flag() implements Parameter {
        @Override
        public Optional<String> fault(JsonNode value) {
            return faultUnless(value.isBoolean(), "must be true or false");
        }
    }

    /** An id: the name of a domain or of a table. */
    record Id() implements Parameter {
        @Override
        public Optional<String> fault(JsonNode value) {
            return faultUnless(
                    value.isTextual() && Names.isId(value.asText()),
                    "must be lower-case letters, digits and single hyphens");
        }
    }

    private static Optional<String> faultUnless(boolean holds, String otherwise) {
        return holds ? Optional.empty() : Optional.of(otherwise);
    }
}
