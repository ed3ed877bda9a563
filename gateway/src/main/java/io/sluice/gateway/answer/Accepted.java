package io.sluice.gateway.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.sluice.core.event.IngressPosition;
import io.sluice.gateway.problem.QuotaState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an accepted event or choice, sent once it is durable.
 *
 * @param id the producer's own id, or the minted one
 * @param idMinted whether the gateway made the id up: without an id of its own the producer cannot repeat safely
 * @param position where it stands; empty where it is durable in the gateway's spool and not in Kafka yet
 * @param repeated whether it was accepted before and nothing was written now
 * @param quota what is left of its producer's quota, told in headers; null where it has none, or its batch tells
 */
public record Accepted(
        String id,
        boolean idMinted,
        Optional<IngressPosition> position,
        boolean repeated,
        @Nullable QuotaState quota) {
    private static final JsonFactory JSON = new JsonFactory();
    // Encoded once: a batch's answer has them for each event.
    private static final SerializableString ID = new SerializedString("id");
    private static final SerializableString STATUS = new SerializedString("status");
    private static final SerializableString ACCEPTED = new SerializedString("accepted");
    private static final SerializableString POSITION = new SerializedString("position");

    /** One of which no quota is told. */
    public Accepted(String id, boolean idMinted, Optional<IngressPosition> position, boolean repeated) {
        this(id, idMinted, position, repeated, null);
    }

    /** The same, with what is left of a quota. */
    public Accepted under(QuotaState left) {
        return new Accepted(id, idMinted, position, repeated, left);
    }

    /** The answer's body. */
    public byte[] toJson() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Texts always have a JSON form, and memory takes it", e);
        }
        return body.toByteArray();
    }

    /** Writes the answer's members in their order. */
    void write(JsonGenerator json) throws IOException {
        json.writeFieldName(ID);
        json.writeString(id);
        json.writeFieldName(STATUS);
        json.writeString(ACCEPTED);
        if (position.isPresent()) {
            json.writeFieldName(POSITION);
            json.writeString(position.get().toString());
        } else {
            json.writeBooleanField("spooled", true);
        }
        if (idMinted) {
            json.writeBooleanField("idMinted", true);
        }
        if (repeated) {
            json.writeBooleanField("repeated", true);
        }
    }
}
