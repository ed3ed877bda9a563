package io.sluice.core.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a data subject decided: the payload of a choice event, under the subject's key in {@code events.ingress}, so that the
 * partition orders it against the subject's other events.
 *
 * @param kind what was decided
 * @param purposes the purposes it concerns, sorted; never empty for consent and withdrawal; empty means all for the others,
 *     and an erasure is always of all
 * @param textVersion version of the consent text that was shown, for a consent
 */
public record Choice(
        Kind kind, List<String> purposes, @Nullable String textVersion) {
    /** Kinds of choices, with the article that grants them. */
    public enum Kind {
        /** GDPR Art. 7(1). */
        CONSENT,
        /** GDPR Art. 7(3): takes a consent back. */
        WITHDRAWAL,
        /** GDPR Art. 21. */
        OBJECTION,
        /** GDPR Art. 18, 45 CFR 164.522(a). */
        RESTRICTION,
        /** GDPR Art. 17. */
        ERASURE;

        /** The code in JSON: the name in lower case. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads a code. @throws IllegalArgumentException if it is none */
        public static Kind ofCode(String code) {
            for (Kind kind : values()) {
                if (kind.code().equals(code)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("kind must be consent, withdrawal, objection, restriction or erasure");
        }
    }

    public Choice {
        purposes.forEach(purpose -> Names.requireId("purpose", purpose));
        purposes = List.copyOf(new TreeSet<>(purposes));
        if (purposes.isEmpty() && (kind == Kind.CONSENT || kind == Kind.WITHDRAWAL)) {
            throw new IllegalArgumentException("purposes must name at least one purpose for a " + kind.code());
        }
        if (kind == Kind.ERASURE && !purposes.isEmpty()) {
            throw new IllegalArgumentException(
                    "purposes must be empty for an erasure: a subject's key goes as a whole");
        }
        if (kind == Kind.CONSENT && textVersion == null) {
            throw new IllegalArgumentException("textVersion is required for a consent");
        }
    }

    /** Canonical JSON, the payload of the event. */
    public byte[] toBytes() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind.code());
        json.put("purposes", purposes);
        if (textVersion != null) {
            json.put("textVersion", textVersion);
        }
        return CanonicalJson.bytes(json);
    }

    /** Reads the JSON form. @throws IllegalArgumentException naming the member at fault */
    public static Choice of(JsonNode json) {
        if (!json.path("kind").isTextual()) {
            throw new IllegalArgumentException("kind must be a string");
        }
        List<String> purposes = new ArrayList<>();
        for (JsonNode purpose : json.path("purposes")) {
            if (!purpose.isTextual()) {
                throw new IllegalArgumentException("purposes must be strings");
            }
            purposes.add(purpose.textValue());
        }
        JsonNode text = json.path("textVersion");
        if (!text.isMissingNode() && !text.isTextual()) {
            throw new IllegalArgumentException("textVersion must be a string");
        }
        return new Choice(
                Kind.ofCode(json.path("kind").textValue()), purposes, text.isMissingNode() ? null : text.textValue());
    }
}
