package io.sluice.protection.keys;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a KMS says of one of its wrapping keys.
 *
 * @param name its name here
 * @param id what tells it from every other key of the service, also from one that bore its name before
 * @param created when it was made; null where the service does not keep that
 */
public record KmsKey(String name, String id, @Nullable Instant created) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");

    /** Throws where no wrapping key may have that name. */
    static void requireName(String keyName) {
        if (!isName(keyName)) {
            throw new IllegalArgumentException("a wrapping key's name matches " + NAME.pattern());
        }
    }

    /** Whether a wrapping key may have that name. */
    static boolean isName(String keyName) {
        return NAME.matcher(keyName).matches();
    }
}
