package io.sluice.policies.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ReleaseInput;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What became of a posted event. */
public sealed interface EventOutcome {
    /**
     * The gateway did not take it.
     *
     * @param code its problem code
     * @param detail what it says
     */
    record Refused(String code, String detail) implements EventOutcome {}

    /**
     * It was decided and protected.
     *
     * @param input what the policy was asked
     * @param recipients what each recipient got
     */
    record Decided(ReleaseInput input, SortedMap<String, Got> recipients) implements EventOutcome {
        public Decided {
            recipients = Collections.unmodifiableSortedMap(new TreeMap<>(recipients));
        }
    }

    /**
     * What one recipient got.
     *
     * @param disposition what became of it
     * @param reasons ids of the rules, or the code of a fault
     * @param view the payload that went out; null where none did
     * @param because which rule decides a field, by JSON Pointer
     */
    record Got(
            Disposition disposition,
            List<String> reasons,
            @Nullable JsonNode view,
            Function<String, String> because) {
        public Got {
            reasons = List.copyOf(reasons);
        }
    }
}
