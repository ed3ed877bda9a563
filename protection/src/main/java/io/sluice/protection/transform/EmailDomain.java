package io.sluice.protection.transform;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code generalise.email-domain}: what stands behind the last {@code @}, in lower case. Anything else fails the view. */
final class EmailDomain extends Transform.OfText {
    private static final int MAX_DOMAIN_CHARS = 253;

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        return string(domain(text.strip()), out);
    }

    static @Nullable String domain(String text) {
        int at = text.lastIndexOf('@');
        String domain = text.substring(at + 1);
        boolean valid = at > 0
                && !domain.isEmpty()
                && domain.length() <= MAX_DOMAIN_CHARS
                && domain.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-');
        return valid ? domain.toLowerCase(Locale.ROOT) : null;
    }
}
