package io.sluice.protection.transform;

import io.sluice.protection.keys.KeyId;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the scalars of one pattern. A transform writes its result or says that it cannot; it never writes the
 * value where it cannot. Confined to one thread.
 */
abstract class Transform {
    /** What a transform did. */
    enum Outcome {
        /** It wrote one JSON value. */
        WRITTEN,
        /** It wrote nothing: the field does not go out. */
        ABSENT,
        /** It wrote nothing, and the place shall say that the person is over 89. */
        OVER_89,
        /** The value is not one that it can transform: the view fails. */
        FAILED
    }

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** Transforms one scalar. */
    abstract Outcome write(Field field, ViewWriter out);

    /** The key it uses for all records; null where it uses none, or each record's own. */
    @Nullable
    KeyId keyId() {
        return null;
    }

    /** The key it uses for a record; null where it uses none. */
    @Nullable
    KeyId keyId(RecordContext context) {
        return keyId();
    }

    /** Whether it uses a key. */
    boolean isKeyed() {
        return keyId() != null;
    }

    static Outcome writeNull(ViewWriter out) {
        out.raw(NULL);
        return Outcome.WRITTEN;
    }

    /**
     * A transform of texts: numbers and booleans by their literals, null stays null.
     */
    abstract static class OfText extends Transform {
        @Override
        final Outcome write(Field field, ViewWriter out) {
            if (field.kind() == JsonTape.NULL) {
                return writeNull(out);
            }
            String text = field.text();
            return text == null ? Outcome.FAILED : write(text, field, out);
        }

        abstract Outcome write(String text, Field field, ViewWriter out);

        /** Writes a result as a string, or fails where there is none. */
        static Outcome string(@Nullable String result, ViewWriter out) {
            if (result == null) {
                return Outcome.FAILED;
            }
            out.string(result);
            return Outcome.WRITTEN;
        }

        /** Writes a result of digits as a number where the field was one, else as a string. */
        static Outcome sameType(@Nullable String result, Field field, ViewWriter out) {
            if (result == null || field.kind() != JsonTape.NUMBER) {
                return string(result, out);
            }
            for (int i = 0; i < result.length(); i++) {
                out.raw((byte) result.charAt(i));
            }
            return Outcome.WRITTEN;
        }
    }
}
