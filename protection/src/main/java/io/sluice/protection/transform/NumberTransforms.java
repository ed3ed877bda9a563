package io.sluice.protection.transform;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Generalisations of numbers. What is no number, or has an absurd exponent, fails the view. */
final class NumberTransforms {
    /** Largest exponent either way: more would write out as that many digits. */
    private static final int MAX_SCALE = 64;

    private static final int MAX_CHARS = 64;

    private NumberTransforms() {}

    /** {@code generalise.bucket}: the lower bound of the bucket of that size that holds the number; buckets start at 0. */
    static final class Bucket extends Transform.OfText {
        private final BigDecimal size;

        Bucket(BigDecimal size) {
            this.size = size;
        }

        @Override
        Outcome write(String text, Field field, ViewWriter out) {
            BigDecimal number = parse(text);
            if (number == null) {
                return Outcome.FAILED;
            }
            BigDecimal bound = number.divide(size, 0, RoundingMode.FLOOR).multiply(size);
            return sameType(bound.toPlainString(), field, out);
        }
    }

    /** {@code generalise.geo}: a coordinate to that many decimals; one decimal is about 11 km. */
    static final class Geo extends Transform.OfText {
        private final int decimals;

        Geo(int decimals) {
            this.decimals = decimals;
        }

        @Override
        Outcome write(String text, Field field, ViewWriter out) {
            BigDecimal number = parse(text);
            if (number == null) {
                return Outcome.FAILED;
            }
            return sameType(
                    number.setScale(Math.min(decimals, Math.max(number.scale(), 0)), RoundingMode.HALF_EVEN)
                            .toPlainString(),
                    field,
                    out);
        }
    }

    static @Nullable BigDecimal parse(String text) {
        if (text.length() > MAX_CHARS || text.isEmpty()) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text.strip());
            return Math.abs(number.scale()) > MAX_SCALE ? null : number;
        } catch (NumberFormatException e) {
            return null; // the caller fails the view
        }
    }
}
