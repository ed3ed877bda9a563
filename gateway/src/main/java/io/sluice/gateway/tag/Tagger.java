package io.sluice.gateway.tag;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.Pointers;
import io.sluice.gateway.parse.ChoiceRequest;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.protection.seal.SubjectReferences;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event's tags. What leaves the payload here is a keyed hash of the subject and codes of closed lists that the
 * catalog declares; everything else stays behind for the seal (promises P2, P3). Thread-safe.
 */
public final class Tagger {
    /** Dataset and purpose tag of a choice. */
    public static final String CHOICES = "choices";

    private final String source;
    private final SubjectReferences references;

    public Tagger(String tenant, SubjectReferences references) {
        this.source = "urn:sluice:" + tenant + ":gateway";
        this.references = references;
    }

    /**
     * The tags of an event.
     *
     * @throws RefusedException {@code subject-missing}, {@code subject-invalid}
     */
    public Tags event(
            InForce policy, Producer producer, Admission.Admitted admitted, ParsedEvent parsed, Instant received) {
        Dataset dataset = admitted.dataset();
        ClientEvent event = parsed.event();
        return new Tags(
                references.eventId(producer.id(), event.source(), event.id()),
                source,
                Tags.EVENT_TYPE,
                dataset.id(),
                producer.id(),
                admitted.purpose(),
                subject(dataset, parsed.payload()),
                region(dataset.region(), parsed.payload()),
                received.truncatedTo(ChronoUnit.MICROS),
                policy.activation(),
                attributes(dataset, parsed.payload()));
    }

    /**
     * The tags of a choice.
     *
     * @throws RefusedException {@code choice-invalid}
     */
    public Tags choice(InForce policy, Producer producer, ChoiceRequest request, ClientEvent event, Instant received) {
        Rulebook rulebook = policy.rulebook();
        for (String purpose : request.choice().purposes()) {
            if (!rulebook.purposes().containsKey(purpose)) {
                throw new RefusedException(new Problem(
                        ProblemCode.CHOICE_INVALID,
                        "A purpose is not declared in the rulebook; see its purposes/ for the ids.",
                        "/purposes",
                        null,
                        List.of()));
            }
        }
        String subject = SubjectIds.ofChoice(
                rulebook.datasets().values(), request.controller(), request.scheme(), request.subject());
        return new Tags(
                references.eventId(producer.id(), event.source(), event.id()),
                source,
                Tags.CHOICE_TYPE,
                CHOICES,
                producer.id(),
                CHOICES,
                references.of(request.controller(), request.scheme(), subject),
                null,
                received.truncatedTo(ChronoUnit.MICROS),
                policy.activation(),
                new TreeMap<>(Map.of("controller", request.controller())));
    }

    private @Nullable SubjectRef subject(Dataset dataset, JsonNode payload) {
        if (dataset.subjects().isEmpty()) {
            return null;
        }
        Dataset.Subject primary = dataset.subjects().get(0);
        return references.of(dataset.controller(), primary.scheme(), SubjectIds.ofPayload(primary, payload));
    }

    private static @Nullable String region(Dataset.@Nullable Region region, JsonNode payload) {
        if (region == null) {
            return null;
        }
        String at = region.at();
        if (at == null) {
            return region.constant();
        }
        JsonNode value = payload.at(Pointers.of(at));
        return value.isValueNode() ? region.codes().get(value.asText()) : null;
    }

    private static SortedMap<String, String> attributes(Dataset dataset, JsonNode payload) {
        SortedMap<String, String> attributes = new TreeMap<>();
        dataset.attributes().forEach((name, attribute) -> {
            JsonNode value = payload.at(Pointers.of(attribute.at()));
            if (value.isValueNode() && attribute.values().contains(value.asText())) {
                attributes.put(name, value.asText());
            }
        });
        return attributes;
    }
}
