package io.sluice.protection.transform;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.TextFindings;
import java.util.Set;

/** What became of a record for one recipient when its plan was executed. */
public sealed interface View {
    /**
     * The protected view.
     *
     * @param bytes one line of JSON; {@code {}} where nothing of an object goes out
     * @param patternCounts how many fields each pattern of the plan covered, by index; the array is the caller's
     * @param undeclared how many fields no pattern covered; they were dropped
     * @param keys ids of the keys used
     * @param findings what was found inside texts
     */
    record Protected(byte[] bytes, int[] patternCounts, int undeclared, Set<String> keys, TextFindings findings)
            implements View {
        @Override
        public String toString() {
            return "Protected[" + bytes.length + " bytes]";
        }
    }

    /**
     * Nothing may be released to the recipient.
     *
     * @param code {@code PAYLOAD_INVALID}, {@code TRANSFORM_FAILED}, {@code UNDECLARED_FIELD},
     *     {@code MODIFIER_EXTENSION} or {@code VIEW_TOO_LARGE}
     */
    record Failed(ReasonCode code) implements View {}
}
