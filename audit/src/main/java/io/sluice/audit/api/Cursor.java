package io.sluice.audit.api;

import java.util.OptionalLong;

/** Where a page begins, as it stands in addresses: opaque to callers, and good for as long as the log is. Stateless. */
public final class Cursor {
    private Cursor() {}

    /** The text of a place. */
    public static String text(long place) {
        return "p" + Long.toString(place, Character.MAX_RADIX);
    }

    /** The place of a question's parameter {@code at}; empty where there is none. */
    public static OptionalLong of(Question question) {
        String text = question.parameter("at").orElse("");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.matches("p(0|[1-9a-z][0-9a-z]{0,11})")) {
            throw Question.invalid("The parameter at is the next of the page before.");
        }
        return OptionalLong.of(Long.parseLong(text.substring(1), Character.MAX_RADIX));
    }
}
