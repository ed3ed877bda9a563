package io.sluice.protection.transform;

import io.sluice.protection.keys.KeyId;
import io.sluice.protection.transform.Sf1Answer.Refused;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Opens encrypted fields of form SF1. Answers with a value or a reason for any text whatever, never throws for what a
 * text says. Confined to one thread.
 */
public final class Sf1Opener {
    private final FieldKeys keys;
    private final String tenant;

    /** Opens with these keys what this tenant wrote. */
    public Sf1Opener(FieldKeys keys, String tenant) {
        this.keys = keys;
        this.tenant = tenant;
    }

    /** Opens a field that stands at this place. */
    public Sf1Answer open(String text, Sf1Place place) {
        Sf1 field = Sf1.parse(text);
        if (field == null) {
            return Refused.AUTH_FAILED;
        }
        KeyId id = KeyId.ofBytes(field.body(), Sf1.KEY_ID_AT);
        return keys.open(id, field.form().suite(), place, cipher -> open(field, cipher, place));
    }

    private Sf1Answer open(Sf1 field, Sf1Cipher cipher, Sf1Place place) {
        ByteSink associated = associatedData(field, place);
        byte[] plain = associated == null ? null : cipher.open(associated, field.body());
        if (plain != null && field.form().padded()) {
            plain = Sf1.unpad(plain);
        }
        return plain == null
                ? Refused.AUTH_FAILED
                : new Sf1Answer.Ok(field.type(), new String(plain, StandardCharsets.UTF_8));
    }

    private @Nullable ByteSink associatedData(Sf1 field, Sf1Place place) {
        byte[] prefix;
        try {
            prefix = field.form().associatedPrefix(field.type(), tenant, place.dataset());
        } catch (IllegalArgumentException e) {
            return null; // a dataset's name longer than any that was ever encrypted
        }
        Sf1Associated associated = new Sf1Associated(field.form());
        associated.begin(prefix, place.subjectRef(), place.recordId());
        associated.beginPath().add(place.path().getBytes(StandardCharsets.UTF_8));
        return associated.endPath(place.purpose().getBytes(StandardCharsets.UTF_8)) ? associated.bytes() : null;
    }
}
