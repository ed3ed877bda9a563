package io.sluice.core.decision;

import io.sluice.core.encoding.CanonicalJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sluice/admission} is asked when a producer posts.
 *
 * @param producer producer id of the rulebook
 * @param dataset dataset of the path; for a choice null
 * @param purpose collection purpose that the producer named, null where it named none
 * @param controller controller of a choice, null for an event
 */
public record AdmissionInput(
        String producer,
        @Nullable String dataset,
        @Nullable String purpose,
        @Nullable String controller) {
    /** RFC 8785 bytes: the key of the decision cache. */
    public byte[] canonical() {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("producer", producer);
        if (dataset != null) {
            input.put("dataset", dataset);
        }
        if (purpose != null) {
            input.put("purpose", purpose);
        }
        if (controller != null) {
            input.put("controller", controller);
        }
        return CanonicalJson.bytes(input);
    }
}
