package io.sluice.protection.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protection.Rounds;
import io.sluice.protection.text.Identifier.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Plants identifiers in texts, disguised in every way and several at once, and looks for them in what comes out, as a
 * reader would see it. The seed of a failure is printed with it.
 */
class HiddenIdentifiersPropertyTest {
    private static final int ROUNDS = Rounds.of(3_000);

    private static final List<Identifier> SECRETS = List.of(
            new Identifier(Kind.NAME, "Quackenbush"),
            new Identifier(Kind.NAME, "Zebulon"),
            new Identifier(Kind.NAME, "Wójcik-Strømberg"),
            new Identifier(Kind.ADDRESS, "12 Rookery Lane"),
            new Identifier(Kind.PHONE, "617-555-0142"),
            new Identifier(Kind.NUMBER, "987-65-4321"),
            new Identifier(Kind.NUMBER, "MRN0047119"));

    private static final List<String> WORDS = List.of(
            "patient",
            "denies",
            "pain",
            "BP",
            "120/80",
            "<5",
            "R&D",
            "50%",
            "no",
            "changes",
            "well;",
            "follow-up",
            "(stable)");

    @Test
    void noneComesOut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TextMasker masker = TextMasker.of(Identifiers.of(SECRETS, TextLimits.DEFAULT), TextLimits.DEFAULT);
        for (int round = 0; round < ROUNDS; round++) {
            Identifier secret = SECRETS.get(random.nextInt(SECRETS.size()));
            String as = "seed " + seed + ", round " + round;
            Findings findings = new Findings();
            boolean html = random.nextBoolean();
            String hidden = hide(secret.value(), html, random);
            String before = html ? words(random).replace("&", "&amp;").replace("<", "&lt;") : words(random);
            String text = before + " " + hidden + " " + (html ? "end" : words(random));
            String out;
            if (html && random.nextBoolean()) {
                out = Objects.requireNonNull(masker.narrative("<div>" + text + "</div>", findings), as + ": " + text);
            } else if (html) {
                out = decoded(masker.attachment(encoded(text), "text/html", findings), as + ": " + text);
            } else if (random.nextBoolean()) {
                out = Objects.requireNonNull(masker.plain(text, findings), as);
            } else {
                out = decoded(masker.attachment(encoded(text), "text/plain;charset=utf-8", findings), as);
            }
            assertThat(seen(out)).as(as + ": " + text + " -> " + out).doesNotContain(seen(secret.value()));
            assertThat(findings.counted().masked()).as(as + ": " + text).isNotEmpty();
        }
    }

    /** The look can fail: what is not masked is found in every disguise. */
    @Test
    void theLookFindsWhatIsHidden() {
        Random random = new Random(42);
        for (int round = 0; round < ROUNDS; round++) {
            String secret = SECRETS.get(random.nextInt(SECRETS.size())).value();
            String hidden = hide(secret, round % 2 == 0, random);
            assertThat(seen("so " + hidden + " it")).as(hidden).contains(seen(secret));
        }
    }

    private static String hide(String secret, boolean html, Random random) {
        StringBuilder out = new StringBuilder();
        String cased =
                switch (random.nextInt(3)) {
                    case 0 -> secret.toUpperCase(java.util.Locale.ROOT);
                    case 1 -> secret.toLowerCase(java.util.Locale.ROOT);
                    default -> secret;
                };
        int open = random.nextInt(cased.length());
        int close = open + 1 + random.nextInt(cased.length() - open);
        boolean tags = random.nextInt(3) == 0;
        int[] points = cased.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (tags && i == open) {
                out.append("<i>");
            }
            out.append(disguised(points[i], html, random));
            if (tags && i == close - 1) {
                out.append("</i>");
            }
        }
        String hidden = out.toString();
        return tags && !hidden.contains("</i>") ? hidden + "</i>" : hidden;
    }

    private static String disguised(int point, boolean html, Random random) {
        String plain = Character.toString(point);
        boolean letter = Character.isLetterOrDigit(point);
        if (!letter) {
            return random.nextBoolean() ? plain : point == ' ' ? "\u00a0" : point == '-' ? "\u2011" : plain;
        }
        return switch (random.nextInt(14)) {
            case 0 -> "&#" + point + ";";
            case 1 -> "&#x" + Integer.toHexString(point) + ";";
            case 2 -> html ? "&amp;#" + point + ";" : "&#0" + point + ";";
            case 3 -> plain + "\u00ad";
            case 4 -> "\u200b" + plain;
            case 5 -> plain + "\u200d\u2060";
            case 6 -> plain + "\u0301";
            case 7 -> point < 0x7f ? Character.toString(point - 0x20 + 0xff00) : plain;
            case 8 -> html ? plain + "<!-- x -->" : "\\u%04x".formatted(point);
            case 9 -> point < 0x7f ? "%%%02X".formatted(point) : plain;
            case 10 -> html ? "<b>" + plain + "</b>" : "**" + plain + "**";
            default -> plain;
        };
    }

    /** What a reader sees, in the simplest words: made anew here, so that a fault of the masker is not its own judge. */
    private static String seen(String text) {
        String last = "";
        String now = text.replaceAll("<!--.*?-->", "").replaceAll("</?(?:b|i|p|div|span|br)(?: [^<>]*)?/?>", "");
        while (!now.equals(last)) {
            last = now;
            now = replaced(now, "&#x([0-9a-fA-F]+);?", 16);
            now = replaced(now, "&#([0-9]+);?", 10);
            now = replaced(now, "\\\\u([0-9a-fA-F]{4})", 16);
            now = replaced(now, "%([2-7][0-9A-Fa-f])", 16);
            now = now.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        }
        String flat = java.text.Normalizer.normalize(now, java.text.Normalizer.Form.NFKD)
                .toLowerCase(java.util.Locale.ROOT)
                .replace("ø", "o");
        return flat.replaceAll("[^\\p{L}\\p{N}]", "");
    }

    private static String replaced(String text, String pattern, int radix) {
        return java.util.regex.Pattern.compile(pattern)
                .matcher(text)
                .replaceAll(match -> java.util.regex.Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(match.group(1), radix))));
    }

    private static String words(Random random) {
        List<String> words = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return String.join(" ", words);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(@org.jspecify.annotations.Nullable String data, String as) {
        return new String(Base64.getDecoder().decode(Objects.requireNonNull(data, as)), StandardCharsets.UTF_8);
    }
}
