package io.sluice.gateway.admit;

import io.sluice.core.encoding.JsonOutline;

/**
 * {@code minimum}: holds of what is no number, and of numbers of up to {@value #MAX_DIGITS} digits before the point that are,
 * rounded down, no less. Others are for the validator to compare.
 */
record Minimum(long least) implements QuickCheck.Rule {
    private static final int MAX_DIGITS = 18;

    @Override
    public boolean holds(JsonOutline text, int value) {
        int kind = text.kind(value);
        if (kind != JsonOutline.INTEGER && kind != JsonOutline.DECIMAL) {
            return true;
        }
        byte[] bytes = text.bytes();
        int at = text.from(value);
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        int end = Math.min(text.end(value), at + MAX_DIGITS + 1);
        long whole = 0;
        int digits = 0;
        for (; at < end && bytes[at] != '.'; at++, digits++) {
            whole = whole * 10 + bytes[at] - '0';
        }
        if (digits > MAX_DIGITS) {
            return false;
        }
        long floor = negative ? kind == JsonOutline.INTEGER ? -whole : -whole - 1 : whole;
        return floor >= least;
    }
}
