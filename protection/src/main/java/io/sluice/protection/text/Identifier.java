package io.sluice.protection.text;

/**
 * A value that singles a person out, as a record holds it. Never logged: {@link #toString} shows its kind alone.
 *
 * @param kind how it is written in texts
 * @param value its text
 */
public record Identifier(Kind kind, String value) {
    /** Kinds of identifiers, by how they are written. The order is part of the form that is sealed. */
    public enum Kind {
        NAME,
        ADDRESS,
        /** A day of a person's life, {@code 1949-07-21}. */
        DATE,
        PHONE,
        EMAIL,
        URL,
        /** Any other number or code. */
        NUMBER,
        /** An age over 89; never known, only found by its form. */
        AGE;

        /** The code in entries. */
        String code() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** What stands in a text in its place. */
        String mark() {
            return "[" + code() + "]";
        }
    }

    @Override
    public String toString() {
        return "Identifier[" + kind + "]";
    }
}
