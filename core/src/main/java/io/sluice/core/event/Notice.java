package io.sluice.core.event;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a recipient is told of a subject's choice: the data of a notice on {@code released.<recipient>} (GDPR Art. 7(3), 19,
 * 21). The subject stands in the event's envelope, as that recipient knows it.
 *
 * @param kind what was chosen; never a consent
 * @param purposes the recipient's purposes that it concerns, sorted
 */
public record Notice(Choice.Kind kind, List<String> purposes) {
    /** How the CloudEvents type of every notice begins, and of nothing else. */
    public static final String TYPE_PREFIX = "io.sluice.notice.";

    public Notice {
        if (kind == Choice.Kind.CONSENT) {
            throw new IllegalArgumentException("A consent is no notice");
        }
        purposes.forEach(purpose -> Names.requireId("purpose", purpose));
        purposes = List.copyOf(new TreeSet<>(purposes));
    }

    /** The CloudEvents type of a notice of a kind. */
    public static String type(Choice.Kind kind) {
        return TYPE_PREFIX + kind.code();
    }

    /** The kind that a CloudEvents type tells; empty where it is no notice. */
    public static Optional<Choice.Kind> kindOf(String type) {
        for (Choice.Kind kind : Choice.Kind.values()) {
            if (kind != Choice.Kind.CONSENT && type(kind).equals(type)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** Canonical JSON, the data of the event. */
    public byte[] toBytes() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind.code());
        json.put("purposes", purposes);
        return CanonicalJson.bytes(json);
    }
}
