package io.sluice.protection.transform;

/**
 * Replaces all but the first and last characters. Keeps the format: blanks and {@code - . / ( ) + : , @ _} stay where they
 * are and do not count. A value that is too short to hide anything is masked whole. Masking twice masks the same.
 */
final class Mask extends Transform.OfText {
    private static final String SEPARATORS = " -./()+:,@_";

    private final int keepFirst;
    private final int keepLast;
    private final int mask;

    Mask(int keepFirst, int keepLast, int mask) {
        this.keepFirst = keepFirst;
        this.keepLast = keepLast;
        this.mask = mask;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        out.string(mask(text));
        return Outcome.WRITTEN;
    }

    String mask(String text) {
        int[] points = text.codePoints().toArray();
        int maskable = 0;
        for (int point : points) {
            maskable += isMaskable(point) ? 1 : 0;
        }
        boolean whole = maskable <= keepFirst + keepLast;
        StringBuilder masked = new StringBuilder(text.length());
        int seen = 0;
        for (int point : points) {
            if (!isMaskable(point)) {
                masked.appendCodePoint(point);
                continue;
            }
            boolean kept = !whole && (seen < keepFirst || seen >= maskable - keepLast);
            masked.appendCodePoint(kept ? point : mask);
            seen++;
        }
        return masked.toString();
    }

    /** The mask character counts, else a second pass would see a shorter value. */
    private boolean isMaskable(int point) {
        return point == mask || SEPARATORS.indexOf(point) < 0;
    }
}
