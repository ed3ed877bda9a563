package io.sluice.protection.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A document of HTML or of FHIR's narrative XHTML, read into its text and the markup around it. Whatever it was, it is
 * written anew and well-formed: elements of layout with attributes of layout stay; links, pictures, scripts, styles,
 * comments and all other attributes go. Confined to one thread.
 */
final class Markup {
    /** How strictly a document is read. */
    enum Kind {
        /** FHIR R4 2.4.0: one {@code div}, well-formed. */
        NARRATIVE,
        /** As browsers do, within reason. */
        HTML
    }

    private static final int MAX_DEPTH = 64;
    private static final int MAX_REFERENCE = 12;

    /** HTML 4 chapters 7 to 11 without what may load or run something (FHIR R4 2.4.1). */
    private static final Set<String> KEPT = Set.of(
            "abbr",
            "acronym",
            "b",
            "big",
            "blockquote",
            "br",
            "caption",
            "cite",
            "code",
            "col",
            "colgroup",
            "dd",
            "dfn",
            "div",
            "dl",
            "dt",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "kbd",
            "li",
            "ol",
            "p",
            "pre",
            "q",
            "samp",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "tt",
            "ul",
            "var");

    /** What stands in these is no text for a reader, or runs. */
    private static final Set<String> HIDDEN = Set.of(
            "applet",
            "audio",
            "canvas",
            "datalist",
            "dialog",
            "frameset",
            "head",
            "iframe",
            "map",
            "math",
            "noembed",
            "noframes",
            "noscript",
            "object",
            "optgroup",
            "option",
            "script",
            "select",
            "style",
            "svg",
            "template",
            "textarea",
            "title",
            "video",
            "xmp",
            "plaintext");

    /** Of these everything up to their end tag is text to a parser. */
    private static final Set<String> RAW_TEXT =
            Set.of("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp", "plaintext");

    private static final Set<String> EMPTY = Set.of(
            "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source",
            "track", "wbr");

    /** What a start tag closes where its end tag is missing. */
    private static final Map<String, Set<String>> CLOSES = Map.of(
            "p", Set.of("p"),
            "li", Set.of("li"),
            "dt", Set.of("dt", "dd"),
            "dd", Set.of("dt", "dd"),
            "td", Set.of("td", "th"),
            "th", Set.of("td", "th"),
            "tr", Set.of("td", "th", "tr"));

    private static final Set<String> NUMBERS =
            Set.of("border", "cellpadding", "cellspacing", "colspan", "rowspan", "span", "width");
    private static final Set<String> PLACES =
            Set.of("baseline", "bottom", "center", "justify", "left", "middle", "right", "top");

    /** Markup that goes out as it is, or, where that is null, a part of the text. */
    private record Piece(@Nullable String markup, int from, int to) {}

    /** An open element. */
    private record Open(String name, boolean kept, boolean hidden) {}

    private static final int NONE = -1;

    private final String in;
    private final Kind kind;
    private final StringBuilder text = new StringBuilder();
    private final List<Piece> pieces = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private int at;
    private int hidden;
    /** Where the text was parted by something that is left out, {@link #NONE} where words are not joined by that. */
    private int gap = NONE;

    private boolean rooted;

    private Markup(String in, Kind kind) {
        this.in = in;
        this.kind = kind;
    }

    /** Reads a document; null where it is none. */
    static @Nullable Markup read(String document, Kind kind) {
        Markup markup = new Markup(document, kind);
        return markup.read() ? markup : null;
    }

    /** Its text, words that markup parts apart. */
    String text() {
        return text.toString();
    }

    /** The document with its text masked. */
    String write(SearchedText searched) {
        StringBuilder out = new StringBuilder(in.length());
        for (Piece piece : pieces) {
            if (piece.markup() != null) {
                out.append(piece.markup());
            } else {
                escape(searched.masked(piece.from(), piece.to()), out);
            }
        }
        return out.toString();
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> out.append(c);
            }
        }
    }

    private boolean strict() {
        return kind == Kind.NARRATIVE;
    }

    private boolean read() {
        while (at < in.length()) {
            boolean valid = in.charAt(at) == '<' ? markup() : characters();
            if (!valid || open.size() > MAX_DEPTH) {
                return false;
            }
        }
        if (strict()) {
            return rooted && open.isEmpty();
        }
        while (!open.isEmpty()) {
            close();
        }
        return true;
    }

    private boolean characters() {
        int from = text.length();
        while (at < in.length() && in.charAt(at) != '<') {
            char c = in.charAt(at);
            if (c == '&') {
                if (!reference()) {
                    return false;
                }
                continue;
            }
            if (!References.isXmlChar(in.codePointAt(at))) {
                return false;
            }
            int chars = Character.charCount(in.codePointAt(at));
            text.append(in, at, at + chars);
            at += chars;
        }
        if (hidden > 0) {
            text.setLength(from);
            return true;
        }
        if (strict() && open.isEmpty()) {
            return text.substring(from).isBlank();
        }
        if (text.length() > from) {
            fillGap(from);
            pieces.add(new Piece(null, from, text.length()));
        }
        return true;
    }

    private boolean reference() {
        int end = at;
        while (end < in.length() && end - at < MAX_REFERENCE && in.charAt(end) != ';') {
            end++;
        }
        boolean ends = end < in.length() && in.charAt(end) == ';';
        Integer known = ends ? References.strict(in.substring(at + 1, end)) : null;
        if (known != null) {
            text.appendCodePoint(known);
            at = end + 1;
            return true;
        }
        // An ampersand on its own is one; what looks like a reference and is not known would be read by somebody.
        char next = at + 1 < in.length() ? in.charAt(at + 1) : ' ';
        if (strict() || next == '#' || Character.isLetterOrDigit(next)) {
            return false;
        }
        text.append('&');
        at++;
        return true;
    }

    private boolean markup() {
        if (in.startsWith("<!--", at)) {
            return skipTo("-->", at + 4);
        }
        char next = at + 1 < in.length() ? in.charAt(at + 1) : ' ';
        if (next == '!' || next == '?') {
            return !strict() && !in.startsWith("<![CDATA[", at) && skipTo(">", at + 2);
        }
        if (next == '/') {
            return endTag();
        }
        if (isNameStart(next)) {
            return startTag();
        }
        if (strict()) {
            return false;
        }
        if (hidden == 0) {
            text.append('<');
            pieces.add(new Piece(null, text.length() - 1, text.length()));
        }
        at++;
        return true;
    }

    private boolean skipTo(String end, int from) {
        int found = in.indexOf(end, from);
        at = found + end.length();
        return found >= 0;
    }

    private boolean endTag() {
        at += 2;
        String name = name();
        if (name.isEmpty()
                || !skipTo(">", at)
                || strict() && (open.isEmpty() || !open.element().name().equals(name))) {
            return false;
        }
        if (open.stream().noneMatch(element -> element.name().equals(name))) {
            return true;
        }
        boolean found = false;
        while (!found) {
            found = open.element().name().equals(name);
            close();
        }
        return true;
    }

    private void close() {
        Open element = open.remove();
        hidden -= element.hidden() ? 1 : 0;
        if (element.kept() && hidden == 0) {
            pieces.add(new Piece("</" + element.name() + ">", 0, 0));
        }
        part(element.name(), element.kept());
    }

    private boolean startTag() {
        at++;
        String name = name();
        StringBuilder kept = new StringBuilder();
        boolean root = strict() && open.isEmpty();
        if (root && (rooted || !name.equals("div"))) {
            return false;
        }
        Boolean selfClosing = attributes(kept);
        if (selfClosing == null) {
            return false;
        }
        rooted = true;
        Set<String> closed = CLOSES.getOrDefault(name, Set.of());
        while (!strict() && !open.isEmpty() && closed.contains(open.element().name())) {
            close();
        }
        boolean keeps = KEPT.contains(name) && hidden == 0;
        boolean hides = HIDDEN.contains(name);
        part(name, keeps);
        boolean empty = EMPTY.contains(name);
        if (keeps) {
            String start = "<" + name + (root ? " xmlns=\"http://www.w3.org/1999/xhtml\"" : "") + kept;
            pieces.add(new Piece(start + (empty ? "/>" : ">"), 0, 0));
        }
        if (empty && (!strict() || selfClosing)) {
            return true;
        }
        if (strict() && selfClosing) {
            if (keeps) {
                pieces.add(new Piece("</" + name + ">", 0, 0));
            }
            return true;
        }
        open.push(new Open(name, keeps && !empty, hides));
        hidden += hides ? 1 : 0;
        return !RAW_TEXT.contains(name) || rawText(name);
    }

    /** Everything up to the end tag. */
    private boolean rawText(String name) {
        int end = at;
        while (end >= 0 && !in.regionMatches(true, end, "</" + name, 0, name.length() + 2)) {
            end = in.indexOf('<', end + 1);
        }
        at = Math.max(at, end);
        return end >= 0;
    }

    /** Reads up to the end of the tag. Whether it closes itself; null where it is no tag. */
    private @Nullable Boolean attributes(StringBuilder kept) {
        Set<String> seen = new HashSet<>();
        while (true) {
            space();
            if (at >= in.length()) {
                return null;
            }
            if (in.charAt(at) == '>') {
                at++;
                return false;
            }
            if (in.startsWith("/>", at)) {
                at += 2;
                return true;
            }
            if (in.charAt(at) == '/' && !strict()) {
                at++;
                continue;
            }
            String name = attributeName();
            if (name.isEmpty()) {
                return null;
            }
            String value = attributeValue();
            if (value == null || !seen.add(name) && strict()) {
                return null;
            }
            if (isLayout(name, value) && kept.indexOf(" " + name + "=") < 0) {
                kept.append(' ').append(name).append("=\"").append(value).append('"');
            }
        }
    }

    private static boolean isLayout(String name, String value) {
        if (name.equals("align") || name.equals("valign")) {
            return PLACES.contains(value);
        }
        String digits = value.endsWith("%") && name.equals("width") ? value.substring(0, value.length() - 1) : value;
        return NUMBERS.contains(name)
                && !digits.isEmpty()
                && digits.length() <= 4
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private String attributeName() {
        int start = at;
        while (at < in.length() && " \t\r\n\f/>\"'<=".indexOf(in.charAt(at)) < 0) {
            at++;
        }
        return in.substring(start, at).toLowerCase(Locale.ROOT);
    }

    /** Empty where there is none; null where it does not end, or the document is strict and it is not quoted. */
    private @Nullable String attributeValue() {
        int name = at;
        space();
        if (at >= in.length() || in.charAt(at) != '=') {
            at = name;
            return strict() ? null : "";
        }
        at++;
        space();
        char quote = at < in.length() ? in.charAt(at) : ' ';
        if (quote == '"' || quote == '\'') {
            int end = in.indexOf(quote, at + 1);
            if (end < 0) {
                return null;
            }
            String value = in.substring(at + 1, end);
            at = end + 1;
            return strict() && value.indexOf('<') >= 0 ? null : value;
        }
        if (strict()) {
            return null;
        }
        int start = at;
        while (at < in.length() && " \t\r\n\f>".indexOf(in.charAt(at)) < 0) {
            at++;
        }
        return in.substring(start, at);
    }

    private String name() {
        int start = at;
        while (at < in.length() && (Character.isLetterOrDigit(in.charAt(at)) || ":-_.".indexOf(in.charAt(at)) >= 0)) {
            at++;
        }
        return in.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private void space() {
        while (at < in.length() && " \t\r\n\f".indexOf(in.charAt(at)) >= 0) {
            at++;
        }
    }

    /** Blocks part words; inline elements do not. */
    private void part(String name, boolean keeps) {
        if (InlineTags.NAMES.contains(name)) {
            return;
        }
        boolean behindWord = !text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1));
        text.append('\n');
        if (keeps) {
            gap = NONE;
        } else if (hidden == 0 && behindWord) {
            gap = text.length() - 1;
        }
    }

    /** What is left out between two words leaves a blank: a reader must not see one word where two were searched. */
    private void fillGap(int from) {
        if (gap != NONE && !Character.isWhitespace(text.charAt(from))) {
            pieces.add(new Piece(null, gap, gap + 1));
        }
        gap = NONE;
    }

    private static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
