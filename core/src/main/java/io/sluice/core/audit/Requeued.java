package io.sluice.core.audit;

import io.sluice.core.event.IngressPosition;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What the entry of a further attempt says of it. The entry's own id holds the attempt.
 *
 * @param first where the record stands: the id of its first entry
 * @param open the recipients it was still open for, {@code *} for all; the others have their disposition already
 * @param sealed the activation that the gateway sealed into it; empty where the seal did not open
 * @param stamped the activation that it was requeued under; {@code policy} says which one decided
 */
public record Requeued(IngressPosition first, List<String> open, OptionalLong sealed, long stamped) {
    public Requeued {
        open = List.copyOf(open);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("first", first.entryId(0));
        json.put("open", open);
        sealed.ifPresent(number -> json.put("sealed", number));
        json.put("stamped", stamped);
        return json;
    }
}
