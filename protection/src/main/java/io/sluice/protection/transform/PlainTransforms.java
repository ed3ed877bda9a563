package io.sluice.protection.transform;

/** The transforms that look at no value: keep, drop, redact. */
final class PlainTransforms {
    private PlainTransforms() {}

    /** The value as it is, to the last digit and escape. */
    static final class Keep extends Transform {
        @Override
        Outcome write(Field field, ViewWriter out) {
            field.copyTo(out);
            return Outcome.WRITTEN;
        }
    }

    /** Nothing. */
    static final class Drop extends Transform {
        @Override
        Outcome write(Field field, ViewWriter out) {
            return Outcome.ABSENT;
        }
    }

    /** A constant: a text for strings, null for all else, so that the type stays valid. Says only that there was a value. */
    static final class Redact extends Transform {
        private final String text;

        Redact(String text) {
            this.text = text;
        }

        @Override
        Outcome write(Field field, ViewWriter out) {
            if (field.kind() != JsonTape.STRING) {
                return writeNull(out);
            }
            out.string(text);
            return Outcome.WRITTEN;
        }
    }
}
