package io.sluice.protection.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A media type (RFC 6838) whose content can be looked into.
 *
 * @param markup whether it is HTML
 * @param charset how its characters are encoded
 */
record ContentType(boolean markup, Charset charset) {
    private static final Set<String> PLAIN = Set.of("text/plain", "text/markdown", "text/csv");
    private static final Set<String> HTML = Set.of("text/html", "application/xhtml+xml");
    private static final Map<String, Charset> CHARSETS = Map.of(
            "utf-8", StandardCharsets.UTF_8,
            "utf8", StandardCharsets.UTF_8,
            "us-ascii", StandardCharsets.US_ASCII,
            "iso-8859-1", StandardCharsets.ISO_8859_1);

    /** Reads a type; null where it is none that can be looked into. Without a charset it is UTF-8. */
    static @Nullable ContentType of(@Nullable String text) {
        String[] parts =
                text == null ? new String[] {""} : text.toLowerCase(Locale.ROOT).split(";", 8);
        String type = parts[0].strip();
        Charset charset = StandardCharsets.UTF_8;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=")) {
                charset = CHARSETS.get(parameter
                        .substring("charset=".length())
                        .replace("\"", "")
                        .strip());
            }
        }
        return charset == null || !PLAIN.contains(type) && !HTML.contains(type)
                ? null
                : new ContentType(HTML.contains(type), charset);
    }
}
