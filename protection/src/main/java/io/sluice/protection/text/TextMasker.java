package io.sluice.protection.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Masks what is known of a record's persons, and what has the form of an identifier, inside the record's texts. A text that
 * cannot be looked into does not go out, and is counted: null is its answer.
 *
 * <p>Promises: none of the identifiers it was given stands in what it gives back, written as {@link FoldedText} reads it;
 * markup comes back well-formed; cost is linear in the text. Does not promise that nobody can be recognised.
 *
 * <p>Confined to one thread.
 */
public final class TextMasker {
    private static final TextMasker UNKNOWN =
            new TextMasker(TextDropped.SUBJECT_UNKNOWN, Identifiers.NONE, TextLimits.DEFAULT);

    private final @Nullable TextDropped closed;
    private final Identifiers identifiers;
    private final TextLimits limits;
    private @Nullable Needles needles;

    private TextMasker(@Nullable TextDropped closed, Identifiers identifiers, TextLimits limits) {
        this.closed = closed;
        this.identifiers = identifiers;
        this.limits = limits;
    }

    /** Looks for these, which must be all that is known. */
    public static TextMasker of(Identifiers identifiers, TextLimits limits) {
        return new TextMasker(identifiers.complete() ? null : TextDropped.IDENTIFIERS_OVER_LIMIT, identifiers, limits);
    }

    /** Lets no text out. */
    public static TextMasker closed(TextDropped reason) {
        return reason == TextDropped.SUBJECT_UNKNOWN
                ? UNKNOWN
                : new TextMasker(reason, Identifiers.NONE, TextLimits.DEFAULT);
    }

    /** A text without markup, or in Markdown. */
    public @Nullable String plain(@Nullable String text, Findings findings) {
        if (!isOpen(text, findings)) {
            return null;
        }
        return text == null
                ? dropped(TextDropped.TEXT_UNREADABLE, findings)
                : SearchedText.of(text, needles(), findings).masked();
    }

    /** A FHIR narrative: a {@code div} of XHTML. */
    public @Nullable String narrative(@Nullable String div, Findings findings) {
        return isOpen(div, findings) ? markup(div, Markup.Kind.NARRATIVE, findings) : null;
    }

    /**
     * The data of an attachment, in base64.
     *
     * @param contentType its media type, null where the record does not say
     */
    public @Nullable String attachment(@Nullable String data, @Nullable String contentType, Findings findings) {
        ContentType type = ContentType.of(contentType);
        if (closed != null || type == null) {
            return dropped(closed != null ? closed : TextDropped.TYPE_NOT_LOOKED_INTO, findings);
        }
        String text = data == null || data.length() / 4 > limits.maxTextChars() ? null : decode(data, type);
        if (data != null && data.length() / 4 > limits.maxTextChars() || text != null && isLong(text)) {
            return dropped(TextDropped.TEXT_TOO_LONG, findings);
        }
        if (text == null) {
            return dropped(TextDropped.TEXT_UNREADABLE, findings);
        }
        String masked = type.markup()
                ? markup(text, Markup.Kind.HTML, findings)
                : SearchedText.of(text, needles(), findings).masked();
        return masked == null ? null : Base64.getEncoder().encodeToString(masked.getBytes(type.charset()));
    }

    private @Nullable String markup(@Nullable String document, Markup.Kind kind, Findings findings) {
        Markup markup = document == null ? null : Markup.read(document, kind);
        if (markup == null) {
            return dropped(TextDropped.TEXT_UNREADABLE, findings);
        }
        // txt-2: a narrative has some content.
        return markup.text().isBlank()
                ? dropped(TextDropped.NOTHING_LEFT, findings)
                : markup.write(SearchedText.of(markup.text(), needles(), findings));
    }

    private boolean isOpen(@Nullable String text, Findings findings) {
        if (closed != null) {
            findings.dropped(closed);
            return false;
        }
        if (text != null && isLong(text)) {
            findings.dropped(TextDropped.TEXT_TOO_LONG);
            return false;
        }
        return true;
    }

    private boolean isLong(String text) {
        return text.length() > limits.maxTextChars();
    }

    private Needles needles() {
        Needles known = needles;
        if (known == null) {
            known = new Needles(identifiers);
            needles = known;
        }
        return known;
    }

    private static @Nullable String dropped(TextDropped reason, Findings findings) {
        findings.dropped(reason);
        return null;
    }

    /** The text that data is in its character set; null where it is not, or holds what no text holds. */
    private static @Nullable String decode(String data, ContentType type) {
        try {
            StringBuilder base64 = new StringBuilder(data.length());
            data.chars().filter(c -> c > ' ').forEach(c -> base64.append((char) c));
            String text = type.charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64.toString())))
                    .toString();
            return text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f')
                    ? text
                    : null;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null; // the caller drops the text and counts it
        }
    }
}
