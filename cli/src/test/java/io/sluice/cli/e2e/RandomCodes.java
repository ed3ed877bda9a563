package io.sluice.cli.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells random UUIDs from those that are identifiers: what a random one spells in some of its digits is chance, and of tens of
 * thousands of them some spell a date or a name.
 */
final class RandomCodes {
    private static final int LENGTH = 36;

    private final Set<String> identifiers;

    RandomCodes(Identifiers identifiers) {
        this.identifiers = identifiers.values().keySet().stream()
                .filter(value -> value.length() >= LENGTH)
                .map(value -> value.substring(value.length() - LENGTH).toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The bytes, with stars in place of each UUID that is no identifier's. */
    byte[] without(byte[] bytes) {
        byte[] rest = bytes.clone();
        for (int at = 0; at + LENGTH <= bytes.length; at++) {
            if (isUuid(bytes, at) && isRandom(new String(bytes, at, LENGTH, StandardCharsets.ISO_8859_1))) {
                for (int i = 0; i < LENGTH; i++) {
                    rest[at + i] = '*';
                }
                at += LENGTH - 1;
            }
        }
        return rest;
    }

    /** Whether a text is a UUID, perhaps as a URN, that is no identifier's. */
    boolean isCode(String text) {
        String uuid = text.startsWith("urn:uuid:") ? text.substring("urn:uuid:".length()) : text;
        byte[] bytes = uuid.getBytes(StandardCharsets.UTF_8);
        return bytes.length == LENGTH && isUuid(bytes, 0) && isRandom(uuid);
    }

    private boolean isRandom(String uuid) {
        return !identifiers.contains(uuid.toLowerCase(Locale.ROOT));
    }

    private static boolean isUuid(byte[] bytes, int at) {
        for (int i = 0; i < LENGTH; i++) {
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            byte b = bytes[at + i];
            boolean hex = b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
            if (hyphen ? b != '-' : !hex) {
                return false;
            }
        }
        return true;
    }
}
