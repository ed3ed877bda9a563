package io.sluice.gateway.admit;

import com.networknt.schema.regex.RegularExpression;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.regex.Pattern;

/**
 * A schema's {@code pattern} that gives up after a number of steps: a backtracking pattern on a hostile value must not hold
 * a thread (promise P10). Steps are reads of a character, so their number does not depend on the machine. It also gives up
 * where the thread's stack is too short: {@link Pattern} recurses once for each repetition of a group. Thread-safe.
 */
final class BoundedPattern implements RegularExpression {
    /** Most characters that matching one value may read. */
    static final int MAX_STEPS = 1_000_000;

    private final Pattern pattern;

    BoundedPattern(String regex) {
        this.pattern = Pattern.compile(regex);
    }

    @Override
    public boolean matches(String value) {
        try {
            return pattern.matcher(new Counted(value, new int[1])).find();
        } catch (StackOverflowError e) {
            throw RefusedException.of(
                    ProblemCode.SCHEMA_VIOLATED,
                    "A pattern of the dataset's schema recurses too deep on a value of the payload; send a shorter one.");
        }
    }

    /** @param steps one cell, shared with subsequences */
    private record Counted(CharSequence text, int[] steps) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (++steps[0] > MAX_STEPS) {
                throw RefusedException.of(
                        ProblemCode.SCHEMA_VIOLATED,
                        "A pattern of the dataset's schema takes too many steps on a value of the payload.");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
