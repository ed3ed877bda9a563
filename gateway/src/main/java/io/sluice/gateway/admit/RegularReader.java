package io.sluice.gateway.admit;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of {@link java.util.regex.Pattern}'s language that is the same in every dialect and needs no memory:
 * characters, classes, groups, alternatives, bounded and unbounded quantifiers, and {@code ^} and {@code $} at the two ends.
 * Whatever else stands in a pattern makes it give up. Used once.
 */
final class RegularReader {
    private static final int MAX_BOUND = 1_000;
    private static final String PUNCTUATION = "\\.[]{}()*+-?^$|/@:,;#_ ";

    /** Something that it does not know. */
    private static final class Unknown extends Exception {
        private static final long serialVersionUID = 1L;

        Unknown() {
            super("not of the known part", null, false, false);
        }
    }

    private final String pattern;
    private int at;

    private RegularReader(String pattern) {
        this.pattern = pattern;
    }

    /** The ASCII texts in which a pattern is found; null where it cannot tell. */
    static @Nullable Regular read(String pattern) {
        try {
            return new RegularReader(pattern).whole();
        } catch (Unknown e) {
            return null;
        }
    }

    private Regular whole() throws Unknown {
        boolean fromStart = take('^');
        Regular within = sequence();
        boolean toEnd = take('$');
        if (at < pattern.length()) {
            throw new Unknown(); // an alternative outside of a group: the anchors would be of one of them
        }
        Regular anything = Regular.repeat(new Regular.Chars(all()), 0, Regular.UNBOUNDED);
        Regular begun = fromStart ? within : Regular.then(anything, within);
        return toEnd ? begun : Regular.then(begun, anything);
    }

    private Regular alternatives() throws Unknown {
        Regular any = sequence();
        while (take('|')) {
            any = Regular.or(any, sequence());
        }
        return any;
    }

    private Regular sequence() throws Unknown {
        Regular row = Regular.EMPTY;
        while (at < pattern.length() && "|)$".indexOf(pattern.charAt(at)) < 0) {
            row = Regular.then(row, quantified(atom()));
        }
        return row;
    }

    private Regular atom() throws Unknown {
        char c = next();
        if (c == '(') {
            if (take('?') && !take(':')) {
                throw new Unknown(); // flags, a look around, a name
            }
            Regular group = alternatives();
            require(')');
            return group;
        }
        BitSet chars;
        if (c == '[') {
            chars = charClass();
        } else if (c == '.') {
            chars = all();
            chars.clear('\n');
            chars.clear('\r');
        } else if (c == '\\') {
            chars = escaped();
        } else if ("*+?{}]^$".indexOf(c) >= 0) {
            throw new Unknown();
        } else {
            chars = only(c);
        }
        return new Regular.Chars(chars);
    }

    private Regular quantified(Regular each) throws Unknown {
        int least = 0;
        int most = Regular.UNBOUNDED;
        if (take('?')) {
            most = 1;
        } else if (take('+')) {
            least = 1;
        } else if (take('{')) {
            least = bound();
            most = !take(',') ? least : peek() == '}' ? Regular.UNBOUNDED : bound();
            require('}');
        } else if (!take('*')) {
            return each;
        }
        if (most < least || "*+?{".indexOf(peek()) >= 0) { // possessive, lazy
            throw new Unknown();
        }
        return Regular.repeat(each, least, most);
    }

    private int bound() throws Unknown {
        int from = at;
        int bound = 0;
        while (peek() >= '0' && peek() <= '9' && bound <= MAX_BOUND) {
            bound = bound * 10 + next() - '0';
        }
        if (at == from || bound > MAX_BOUND) {
            throw new Unknown();
        }
        return bound;
    }

    private BitSet charClass() throws Unknown {
        boolean negated = take('^');
        BitSet chars = new BitSet();
        do {
            BitSet one = classChar();
            if (peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
                at++;
                BitSet last = classChar();
                if (one.cardinality() != 1 || last.cardinality() != 1 || last.nextSetBit(0) < one.nextSetBit(0)) {
                    throw new Unknown();
                }
                chars.set(one.nextSetBit(0), last.nextSetBit(0) + 1);
            } else {
                chars.or(one);
            }
        } while (!take(']'));
        if (negated) {
            chars.flip(0, AsciiPattern.CHARS);
        }
        return chars;
    }

    private BitSet classChar() throws Unknown {
        char c = next();
        if (c == '[' || c == ']' || c == '&' || c == '^') { // a class within, an intersection, or a doubt
            throw new Unknown();
        }
        return c == '\\' ? escaped() : only(c);
    }

    private BitSet escaped() throws Unknown {
        char c = next();
        if (c == 'd') {
            BitSet digits = new BitSet();
            digits.set('0', '9' + 1);
            return digits;
        }
        if (PUNCTUATION.indexOf(c) < 0) {
            throw new Unknown();
        }
        return only(c);
    }

    private static BitSet only(char c) throws Unknown {
        if (c >= AsciiPattern.CHARS) {
            throw new Unknown(); // it may stand in a text that is not ASCII alone
        }
        BitSet chars = new BitSet();
        chars.set(c);
        return chars;
    }

    private static BitSet all() {
        BitSet chars = new BitSet();
        chars.set(0, AsciiPattern.CHARS);
        return chars;
    }

    private char next() throws Unknown {
        if (at == pattern.length()) {
            throw new Unknown();
        }
        return pattern.charAt(at++);
    }

    private char peek() {
        return at < pattern.length() ? pattern.charAt(at) : 0;
    }

    private boolean take(char c) {
        boolean there = at < pattern.length() && pattern.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private void require(char c) throws Unknown {
        if (!take(c)) {
            throw new Unknown();
        }
    }
}
