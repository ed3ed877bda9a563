package io.sluice.reveal.value;

import io.sluice.protection.transform.Sf1Answer;
import io.sluice.protection.transform.Sf1Type;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What came of one value: itself, why it does not open, or why nobody tried. */
public sealed interface Outcome {
    /** The name in answers and metrics: {@code OK}, the opener's refusals, or {@code REFUSED}. */
    String answer();

    /** The JSON object of an answer. */
    Map<String, Object> toJson();

    /**
     * The value.
     *
     * @param type its type before it was protected
     * @param text a string unescaped, else the JSON literal
     * @param authentic whether its place and integrity were verified; FF1 verifies neither
     */
    record Revealed(Sf1Type type, String text, boolean authentic) implements Outcome {
        @Override
        public String answer() {
            return "OK";
        }

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("answer", answer());
            json.put("type", type.name().toLowerCase(Locale.ROOT));
            json.put("value", text);
            json.put("authentic", authentic);
            return json;
        }

        @Override
        public String toString() {
            return "Revealed[" + type + "]";
        }
    }

    /**
     * Allowed, and it does not open.
     *
     * @param why exactly one of three
     */
    record Closed(Sf1Answer.Refused why) implements Outcome {
        @Override
        public String answer() {
            return why.name();
        }

        @Override
        public Map<String, Object> toJson() {
            return Map.of("answer", answer());
        }
    }

    /**
     * Not allowed, so nobody tried.
     *
     * @param code the policy's, or {@code not-reversible}, {@code not-protected}, {@code ambiguous-token},
     *     {@code emergency-unknown}, {@code emergency-expired}, {@code emergency-not-yours}
     */
    record Refused(String code) implements Outcome {
        @Override
        public String answer() {
            return "REFUSED";
        }

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("answer", answer());
            json.put("code", code);
            return json;
        }
    }
}
