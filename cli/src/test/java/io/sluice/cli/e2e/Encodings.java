package io.sluice.cli.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** How a value may be written so that a machine still reads it: by its name, the text that gives it away. */
final class Encodings {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private Encodings() {}

    static Map<String, String> of(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        Map<String, String> all = new TreeMap<>();
        letters(value, all);
        escapes(value, utf8, all);
        all.put("hex", HexFormat.of().formatHex(utf8));
        all.put("hex upper case", HexFormat.of().withUpperCase().formatHex(utf8));
        all.put("hex with colons", HexFormat.ofDelimiter(":").formatHex(utf8));
        if (utf8.length >= 6) {
            base64(utf8, "base64", all);
            base64(value.getBytes(StandardCharsets.UTF_16LE), "base64 of UTF-16LE", all);
            base64(value.getBytes(StandardCharsets.UTF_16BE), "base64 of UTF-16BE", all);
            all.put("base32", base32(utf8));
        }
        digests(utf8, all);
        return all;
    }

    private static void letters(String value, Map<String, String> all) {
        all.put("as it is", value);
        all.put("lower case", value.toLowerCase(Locale.ROOT));
        all.put("upper case", value.toUpperCase(Locale.ROOT));
        all.put("without accents", folded(value));
        all.put("without accents, lower case", folded(value).toLowerCase(Locale.ROOT));
        all.put("without accents, upper case", folded(value).toUpperCase(Locale.ROOT));
        all.put("decomposed", Normalizer.normalize(value, Normalizer.Form.NFD));
        all.put("reversed", new StringBuilder(value).reverse().toString());
        String compact = value.replaceAll("[^\\p{L}\\p{N}]", "");
        if (compact.length() >= 7) {
            all.put("letters and digits only", compact);
        }
    }

    private static void escapes(String value, byte[] utf8, Map<String, String> all) {
        all.put("JSON escaped", each(value, c -> c < 0x80 ? Character.toString(c) : unicode(c)));
        all.put("JSON escaped, every character", each(value, Encodings::unicode));
        all.put("HTML entities, decimal", each(value, c -> "&#" + c + ";"));
        all.put("HTML entities, hexadecimal", each(value, c -> "&#x" + Integer.toHexString(c) + ";"));
        all.put("form encoded", URLEncoder.encode(value, StandardCharsets.UTF_8));
        all.put("URL encoded", URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
        StringBuilder percent = new StringBuilder();
        for (byte b : utf8) {
            percent.append(String.format(Locale.ROOT, "%%%02X", b));
        }
        all.put("URL encoded, every byte", percent.toString());
    }

    /** The three alignments inside a longer text; what depends on the neighbours is cut off. */
    private static void base64(byte[] bytes, String name, Map<String, String> all) {
        for (int shift = 0; shift < 3; shift++) {
            byte[] shifted = new byte[shift + bytes.length];
            System.arraycopy(bytes, 0, shifted, shift, bytes.length);
            String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            String clean = text.substring(shift == 0 ? 0 : shift + 1, text.length() - 1);
            all.put(name + " at " + shift, clean);
            all.put(name + "url at " + shift, clean.replace('+', '-').replace('/', '_'));
        }
    }

    private static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int bits = 0;
        int buffer = 0;
        for (byte b : bytes) {
            buffer = buffer << 8 | b & 0xff;
            for (bits += 8; bits >= 5; bits -= 5) {
                text.append(BASE32.charAt(buffer >> bits - 5 & 31));
            }
        }
        return text.toString();
    }

    private static void digests(byte[] utf8, Map<String, String> all) {
        for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
            byte[] digest = digest(algorithm, utf8);
            all.put(algorithm + " hex", HexFormat.of().formatHex(digest));
            all.put(algorithm + " base64", Base64.getEncoder().withoutPadding().encodeToString(digest));
            all.put(
                    algorithm + " base64url",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        }
    }

    /** Without accents: what a search that is generous finds. */
    static String folded(String value) {
        return Normalizer.normalize(value, Normalizer.Form.NFKD).replaceAll("\\p{M}", "");
    }

    private static String unicode(int c) {
        return String.format(Locale.ROOT, "\\u%04x", c);
    }

    private static String each(String value, IntFunction<String> escape) {
        return value.chars().mapToObj(escape).collect(Collectors.joining());
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
