package io.sluice.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The other way round: all that the texts of a JSON document may be read as, layer by layer, and compared without regard to
 * case and accents. It finds what is wrapped twice, for instance base64 of gzip of HTML.
 */
final class Unwrapped {
    private static final int LAYERS = 3;
    private static final int LEAST = 3;
    private static final int WITHIN_WORDS = 7;
    private static final Pattern RELEASED_ID = Pattern.compile("r[0-9]+_[a-z2-7]{26}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{6,}={0,2}");
    private static final Pattern HEX = Pattern.compile("(?:[0-9A-Fa-f]{2}){4,}");
    private static final Pattern ENTITY = Pattern.compile("&#(x?)([0-9a-fA-F]{1,6});");
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

    private final Set<String> texts = new LinkedHashSet<>();
    private final RandomCodes codes;

    /** @param identifiers what is looked for: a UUID among them is told from a random code */
    Unwrapped(Identifiers identifiers) {
        this.codes = new RandomCodes(identifiers);
    }

    /** Takes in the names and values of a document. */
    void add(JsonNode node) {
        if (node.isObject()) {
            node.properties().forEach(member -> {
                text(member.getKey());
                add(member.getValue());
            });
        } else if (node.isArray()) {
            node.forEach(this::add);
        } else {
            text(node.asText());
        }
    }

    private void text(String whole) {
        if (codes.isCode(whole)) {
            return;
        }
        Deque<String> layer = new ArrayDeque<>(Set.of(whole));
        for (int depth = 0; depth <= LAYERS; depth++) {
            Deque<String> next = new ArrayDeque<>();
            for (String text : layer) {
                if (text.length() >= LEAST && texts.add(plain(text))) {
                    readings(text, next);
                }
            }
            layer = next;
        }
    }

    private static void readings(String text, Deque<String> into) {
        if (RELEASED_ID.matcher(text).matches()) {
            return; // a keyed hash: what it decodes to is noise, in which a word of three letters turns up by chance
        }
        into.add(new StringBuilder(text).reverse().toString());
        if (text.indexOf('%') >= 0) {
            try {
                into.add(URLDecoder.decode(text, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                // A per cent sign that is one.
            }
        }
        into.add(ENTITY.matcher(text)
                .replaceAll(found -> character(found.group(2), found.group(1).isEmpty() ? 10 : 16)));
        into.add(ESCAPE.matcher(text).replaceAll(found -> character(found.group(1), 16)));
        Matcher base64 = BASE64.matcher(text);
        while (base64.find()) {
            String found = base64.group().replace('-', '+').replace('_', '/').replaceAll("=+$", "");
            bytes(Base64.getDecoder().decode(found.length() % 4 == 1 ? found.substring(1) : found), into);
        }
        Matcher hex = HEX.matcher(text);
        while (hex.find()) {
            bytes(HexFormat.of().parseHex(hex.group()), into);
        }
    }

    private static void bytes(byte[] bytes, Deque<String> into) {
        into.add(new String(bytes, StandardCharsets.UTF_8));
        into.add(new String(bytes, StandardCharsets.UTF_16LE));
        into.add(new String(bytes, StandardCharsets.UTF_16BE));
        LeakScan.inflated(bytes).forEach(inflated -> into.add(new String(inflated, StandardCharsets.UTF_8)));
    }

    private static String character(String digits, int radix) {
        int code = Integer.parseInt(digits, radix);
        return Matcher.quoteReplacement(Character.isValidCodePoint(code) ? Character.toString(code) : "?");
    }

    private static String plain(String text) {
        return Encodings.folded(text).toLowerCase(Locale.ROOT);
    }

    /** The kinds of the identifiers that some reading holds: as words, and longer ones also within words. */
    Set<String> holds(Identifiers identifiers) {
        String all = "\n" + String.join("\n", texts) + "\n";
        Set<String> words = Set.copyOf(List.of(all.split("[^\\p{L}\\p{N}]+")));
        PatternSet longer = new PatternSet();
        Set<String> found = new TreeSet<>();
        identifiers.values().forEach((value, kind) -> {
            String wanted = plain(value);
            String label = kind + " (" + value.length() + " characters, starts with " + value.charAt(0) + ")";
            if (wanted.length() >= WITHIN_WORDS) {
                longer.add(wanted.getBytes(StandardCharsets.UTF_8), label);
            } else if (words.contains(wanted)) {
                found.add(label);
            }
        });
        found.addAll(longer.findIn(all.getBytes(StandardCharsets.UTF_8)));
        return found;
    }
}
