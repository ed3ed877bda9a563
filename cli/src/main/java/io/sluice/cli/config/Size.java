package io.sluice.cli.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with its unit: {@code 1MiB}, {@code 64KiB}, {@code 512B}, {@code 2GB}. Binary units are IEC
 * 80000-13, decimal ones SI.
 *
 * @param bytes the number of bytes, not negative
 */
public record Size(long bytes) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})\\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)");

    /** Checks the number. */
    public Size {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative");
        }
    }

    /** Reads a size. @throws IllegalArgumentException if it is none, saying what one looks like */
    public static Size parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a size with a unit, like 512B, 64KiB or 1MiB");
        }
        return new Size(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit(matcher.group(2))));
    }

    private static long unit(String name) {
        return switch (name) {
            case "B" -> 1L;
            case "kB", "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> throw new IllegalArgumentException(name.toLowerCase(Locale.ROOT));
        };
    }

    /** The number as an {@code int}. @throws ArithmeticException if it is larger */
    public int toIntBytes() {
        return Math.toIntExact(bytes);
    }

    /** The shortest form that {@link #parse} reads. */
    @Override
    public String toString() {
        String[] names = {"GiB", "MiB", "KiB"};
        long unit = 1L << 30;
        for (String name : names) {
            if (bytes > 0 && bytes % unit == 0) {
                return bytes / unit + name;
            }
            unit >>= 10;
        }
        return bytes + "B";
    }
}
