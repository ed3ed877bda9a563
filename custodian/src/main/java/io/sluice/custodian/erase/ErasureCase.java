package io.sluice.custodian.erase;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.ErasureOrder;
import io.sluice.custodian.Punctured;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One erasure on its way, as {@code keys.control} holds it. Immutable.
 *
 * @param subject whose
 * @param choice what the subject chose, and who was told
 * @param state how far it has come
 * @param since when it came there
 * @param hold what holds it; null but for {@link ErasureState#HELD}
 * @param order which keys go; null before {@link ErasureState#ORDERED}
 * @param punctured by tree
 * @param destroyed by tree
 */
public record ErasureCase(
        SubjectRef subject,
        SubjectErasure choice,
        ErasureState state,
        Instant since,
        @Nullable LegalHold hold,
        @Nullable ErasureOrder order,
        List<Punctured> punctured,
        List<Destroyed> destroyed) {
    private static final String KEY_PREFIX = "erasure/";

    public ErasureCase {
        punctured = List.copyOf(punctured);
        destroyed = List.copyOf(destroyed);
    }

    static ErasureCase received(SubjectRef subject, SubjectErasure choice, Instant now) {
        return new ErasureCase(subject, choice, ErasureState.RECEIVED, now, null, null, List.of(), List.of());
    }

    ErasureCase held(LegalHold by, Instant now) {
        return new ErasureCase(subject, choice, ErasureState.HELD, now, by, null, List.of(), List.of());
    }

    ErasureCase ordered(ErasureOrder keys, Instant now) {
        return new ErasureCase(subject, choice, ErasureState.ORDERED, now, null, keys, List.of(), List.of());
    }

    ErasureCase punctured(List<Punctured> trees, Instant now) {
        return new ErasureCase(subject, choice, ErasureState.PUNCTURED, now, null, order, trees, List.of());
    }

    ErasureCase destroyed(List<Destroyed> trees, Instant now) {
        return new ErasureCase(subject, choice, ErasureState.DESTROYED, now, null, order, punctured, trees);
    }

    ErasureCase erased(Instant now) {
        return new ErasureCase(subject, choice, ErasureState.ERASED, now, null, order, punctured, destroyed);
    }

    /** The key of its record, of the id of the choice's audit entry. */
    public static String recordKey(String entry) {
        return KEY_PREFIX + entry;
    }

    /** Whether a record of the control topic is one, by its key. */
    public static boolean isRecordKey(String key) {
        return key.startsWith(KEY_PREFIX);
    }

    /** The value of its record. */
    public byte[] toBytes() {
        Map<String, Object> json = new TreeMap<>();
        json.put("version", 1);
        json.put("subject", subject.value());
        json.put("choice", choice.toJson());
        json.put("state", state.code());
        json.put("since", Tags.timestamp(since));
        if (hold != null) {
            json.put("hold", hold.toJson());
        }
        if (order != null) {
            json.put("generations", StepJson.of(order));
        }
        json.put("punctured", punctured.stream().map(StepJson::of).toList());
        json.put("destroyed", destroyed.stream().map(StepJson::of).toList());
        return CanonicalJson.bytes(json);
    }

    /** Reads a value. @throws IllegalArgumentException where it is none that this version knows */
    public static ErasureCase of(byte[] value, String tenant) {
        try {
            JsonNode json = StrictJson.read(value);
            if (json.path("version").asInt() != 1) {
                throw new IllegalArgumentException("an erasure on the control topic is of an unknown version");
            }
            SubjectRef subject = new SubjectRef(json.path("subject").asText());
            return new ErasureCase(
                    subject,
                    SubjectErasure.of(json.path("choice")),
                    ErasureState.ofCode(json.path("state").asText()),
                    Instant.parse(json.path("since").asText()),
                    json.has("hold") ? LegalHold.of(json.path("hold")) : null,
                    json.has("generations") ? StepJson.order(subject, json.path("generations")) : null,
                    StepJson.list(json.path("punctured"), one -> StepJson.punctured(one, tenant)),
                    StepJson.list(json.path("destroyed"), one -> StepJson.destroyed(one, tenant)));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("an erasure on the control topic is no JSON", e);
        }
    }
}
