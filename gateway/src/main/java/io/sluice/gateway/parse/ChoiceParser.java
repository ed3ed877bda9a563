package io.sluice.gateway.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Names;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Choice;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.List;
import java.util.Set;

/** Reads the body of a choice. Unknown members are refused: a mistyped "purposes" must not become "all". Thread-safe. */
public final class ChoiceParser {
    /** Longest subject id, in characters. */
    public static final int MAX_SUBJECT_CHARS = 512;
    /** Most purposes of a choice. */
    public static final int MAX_PURPOSES = 64;
    /** Longest version of a consent text. */
    public static final int MAX_TEXT_VERSION_CHARS = 64;

    private static final Set<String> MEMBERS =
            Set.of("controller", "scheme", "subject", "kind", "purposes", "textVersion");

    private final EventParser events;

    /** @param events knows how a request names its id */
    public ChoiceParser(EventParser events) {
        this.events = events;
    }

    /**
     * Reads a choice.
     *
     * @throws RefusedException {@code content-type-unsupported}, {@code json-malformed}, {@code choice-invalid}
     */
    public ChoiceRequest parse(RequestHeaders headers, byte[] body) {
        MediaType.of(headers.contentType(), List.of(MediaType.JSON));
        JsonNode json;
        try {
            json = StrictJson.read(body);
        } catch (MalformedJsonException e) {
            throw EventParser.malformed(e);
        }
        if (!(json instanceof ObjectNode object)) {
            throw invalid("", "The body must be one JSON object.");
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw invalid(
                        "",
                        "An unknown member; a choice has controller, scheme, subject, kind, purposes and textVersion.");
            }
        });
        String controller = text(object, "controller", Names.MAX_CHARS);
        String scheme = text(object, "scheme", Names.MAX_CHARS);
        String subject = text(object, "subject", MAX_SUBJECT_CHARS);
        boolean minted = headers.idempotencyKey() == null;
        return new ChoiceRequest(controller, scheme, subject, choice(object), events.choiceId(headers), minted);
    }

    private static Choice choice(ObjectNode object) {
        JsonNode purposes = object.path("purposes");
        if (!purposes.isMissingNode() && !purposes.isArray() || purposes.size() > MAX_PURPOSES) {
            throw invalid("/purposes", "purposes must be an array of at most " + MAX_PURPOSES + " purpose ids.");
        }
        for (JsonNode purpose : purposes) {
            if (!purpose.isTextual() || !Names.isId(purpose.textValue())) {
                throw invalid("/purposes", "Each purpose must be the id of a purpose of the rulebook.");
            }
        }
        if (object.has("textVersion")) {
            Attributes.requireText("textVersion", text(object, "textVersion", MAX_TEXT_VERSION_CHARS));
        }
        try {
            return Choice.of(object);
        } catch (IllegalArgumentException e) { // core names the member and the rule, never the value
            throw invalid("", e.getMessage() + ".");
        }
    }

    private static String text(ObjectNode object, String name, int maxChars) {
        JsonNode value = object.path(name);
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > maxChars) {
            throw invalid("/" + name, name + " must be a string of 1 to " + maxChars + " characters.");
        }
        return value.textValue();
    }

    private static RefusedException invalid(String pointer, String detail) {
        return new RefusedException(new Problem(ProblemCode.CHOICE_INVALID, detail, pointer, null, List.of()));
    }
}
