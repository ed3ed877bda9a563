package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The textual encoding of keys (RFC 7468). */
final class PemText {
    static final String PRIVATE = "PRIVATE KEY";
    static final String PUBLIC = "PUBLIC KEY";

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));

    private PemText() {}

    static String of(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** @throws KeyAccessException {@code UNREADABLE} where the text holds no such thing */
    static byte[] body(String text, String label, Path file) {
        Matcher pem = Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label + "-----")
                .matcher(text);
        if (pem.find()) {
            try {
                return Base64.getMimeDecoder().decode(pem.group(1));
            } catch (IllegalArgumentException e) {
                throw new KeyAccessException(Code.UNREADABLE, file + " is damaged: it holds no base64", e);
            }
        }
        throw new KeyAccessException(Code.UNREADABLE, file + " holds no \"" + label + "\" in PEM");
    }
}
