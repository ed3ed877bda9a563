package io.sluice.core.event;

import java.util.regex.Pattern;

/**
 * A versioned keyed hash that stands for a data subject: {@code s<version>_} and 26 base32 characters (128 bits of
 * HMAC-SHA-256 over tenant, controller, scheme and canonical id). Says nothing about the person without the key.
 */
public record SubjectRef(String value) {
    private static final Pattern FORM = Pattern.compile("s[1-9][0-9]{0,2}_[a-z2-7]{26}");

    public SubjectRef {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("A subject reference is s<version>_ and 26 base32 characters");
        }
    }

    /** Whether a text has the form of a reference. */
    public static boolean isReference(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
