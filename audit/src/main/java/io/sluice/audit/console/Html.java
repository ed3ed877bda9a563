package io.sluice.audit.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A piece of a page. Text and attribute values are escaped where they are written, and there is no way to add markup as
 * text, so that nothing that stands in the log can become markup. Elements and attributes come from short lists: no script,
 * no style, no handler, no address outside of this server. Immutable.
 */
sealed interface Html {
    /** Writes the markup. */
    void write(StringBuilder out);

    /** A text, whatever is in it. */
    record Text(String text) implements Html {
        @Override
        public void write(StringBuilder out) {
            escape(text, out);
        }
    }

    /** Pieces one after the other. */
    record Many(List<Html> pieces) implements Html {
        public Many {
            pieces = List.copyOf(pieces);
        }

        @Override
        public void write(StringBuilder out) {
            pieces.forEach(piece -> piece.write(out));
        }
    }

    /** An element. */
    record Element(String name, Map<String, String> attributes, List<Html> content) implements Html {
        private static final Set<String> VOID = Set.of("meta", "link", "input", "br", "hr");
        private static final Set<String> NAMES = Set.of(
                "html", "head", "body", "title", "meta", "link", "header", "nav", "main", "footer", "section", "h1",
                "h2", "h3", "p", "a", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "strong", "em", "code", "pre",
                "table", "caption", "thead", "tbody", "tr", "th", "td", "form", "label", "input", "select", "option",
                "button", "details", "summary", "time", "br", "hr", "svg", "rect", "line", "script");
        private static final Set<String> ATTRIBUTES = Set.of(
                "class",
                "id",
                "lang",
                "charset",
                "name",
                "content",
                "rel",
                "href",
                "src",
                "defer",
                "method",
                "action",
                "for",
                "type",
                "value",
                "placeholder",
                "selected",
                "autocomplete",
                "spellcheck",
                "scope",
                "role",
                "aria-label",
                "aria-current",
                "aria-hidden",
                "aria-labelledby",
                "datetime",
                "open",
                "tabindex",
                "viewBox",
                "preserveAspectRatio",
                "x",
                "y",
                "x1",
                "x2",
                "y1",
                "y2",
                "width",
                "height",
                "rx",
                "text-anchor",
                "download",
                "colspan",
                "data-copy",
                "data-live",
                "title",
                "maxlength",
                "pattern");
        private static final Set<String> ADDRESSES = Set.of("href", "src", "action");

        public Element {
            attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
            content = List.copyOf(content);
            if (!NAMES.contains(name) || name.equals("script") && !content.isEmpty()) {
                throw new IllegalArgumentException("not an element of this console's pages");
            }
            attributes.forEach((attribute, value) -> {
                boolean own = value.matches("/(?![/\\\\]).*|#.*");
                if (!ATTRIBUTES.contains(attribute) || ADDRESSES.contains(attribute) && !own) {
                    throw new IllegalArgumentException("not an attribute of this console's pages");
                }
            });
        }

        /** The same with an attribute more. */
        Element with(String attribute, Object value) {
            Map<String, String> more = new LinkedHashMap<>(attributes);
            more.put(attribute, String.valueOf(value));
            return new Element(name, more, content);
        }

        /** The same of that class. */
        Element is(String classes) {
            return with("class", classes);
        }

        @Override
        public void write(StringBuilder out) {
            out.append('<').append(name);
            attributes.forEach((attribute, value) -> {
                out.append(' ').append(attribute).append("=\"");
                escape(value, out);
                out.append('"');
            });
            out.append('>');
            if (VOID.contains(name)) {
                return;
            }
            content.forEach(piece -> piece.write(out));
            out.append("</").append(name).append('>');
        }
    }

    /** A text. */
    static Html text(Object text) {
        return new Text(String.valueOf(text));
    }

    /** An element with what is in it: pieces, and anything else as text. */
    static Element of(String name, Object... content) {
        return new Element(name, Map.of(), pieces(List.of(content)));
    }

    /** Pieces one after the other. */
    static Html many(List<? extends Html> pieces) {
        return new Many(List.copyOf(pieces));
    }

    /** Nothing. */
    static Html none() {
        return new Many(List.of());
    }

    /** A link within the console. */
    static Element link(String path, Object... content) {
        return of("a", content).with("href", path);
    }

    /** A whole page. */
    static byte[] page(Element html) {
        StringBuilder out = new StringBuilder("<!doctype html>");
        html.write(out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A piece by itself, to be put into a page. */
    static byte[] part(Html html) {
        StringBuilder out = new StringBuilder();
        html.write(out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<Html> pieces(List<Object> content) {
        List<Html> pieces = new ArrayList<>();
        content.forEach(piece -> pieces.add(piece instanceof Html html ? html : text(piece)));
        return pieces;
    }

    /** Escapes for content and for attribute values in double quotes; control characters, which HTML has no form for, go. */
    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.append(c);
                default -> out.append(Character.isISOControl(c) ? '\uFFFD' : c);
            }
        }
    }
}
