package io.sluice.gateway.admit;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A set of ASCII texts, by the ways that regular expressions have to name one, and what of each is left behind its first
 * character (Brzozowski, <i>Derivatives of regular expressions</i>, 1964). Equal ones are recognised as such often enough that
 * there are finitely many derivatives. Immutable.
 */
sealed interface Regular {
    /** No text. */
    Regular NONE = new Or(Set.of());
    /** The empty text alone. */
    Regular EMPTY = new Repeat(NONE, 0, 0);

    /** Without an upper bound. */
    int UNBOUNDED = Integer.MAX_VALUE;

    /** Whether the empty text is one. */
    boolean hasEmpty();

    /** What may follow a character that a text begins with. */
    Regular after(char first);

    /** Of how many it is made: what it takes to look at it once. */
    int parts();

    /** One of these characters, never changed. */
    record Chars(BitSet chars) implements Regular {
        @Override
        public boolean hasEmpty() {
            return false;
        }

        @Override
        public Regular after(char first) {
            return chars.get(first) ? EMPTY : NONE;
        }

        @Override
        public int parts() {
            return 1;
        }
    }

    /** A text of the one and behind it one of the other. */
    record Then(Regular head, Regular tail) implements Regular {
        @Override
        public boolean hasEmpty() {
            return head.hasEmpty() && tail.hasEmpty();
        }

        @Override
        public Regular after(char first) {
            Regular behind = then(head.after(first), tail);
            return head.hasEmpty() ? or(behind, tail.after(first)) : behind;
        }

        @Override
        public int parts() {
            return 1 + head.parts() + tail.parts();
        }
    }

    /** A text of any of them. */
    record Or(Set<Regular> all) implements Regular {
        @Override
        public boolean hasEmpty() {
            return all.stream().anyMatch(Regular::hasEmpty);
        }

        @Override
        public Regular after(char first) {
            return all.stream().map(one -> one.after(first)).reduce(NONE, Regular::or);
        }

        @Override
        public int parts() {
            return 1 + all.stream().mapToInt(Regular::parts).sum();
        }
    }

    /** So many texts of it, one behind the other. */
    record Repeat(Regular each, int least, int most) implements Regular {
        @Override
        public boolean hasEmpty() {
            return least == 0 || each.hasEmpty();
        }

        @Override
        public Regular after(char first) {
            if (most == 0) {
                return NONE;
            }
            return then(each.after(first), repeat(each, Math.max(0, least - 1), most == UNBOUNDED ? most : most - 1));
        }

        @Override
        public int parts() {
            return 1 + each.parts();
        }
    }

    static Regular then(Regular head, Regular tail) {
        if (head.equals(NONE) || tail.equals(NONE)) {
            return NONE;
        }
        if (head instanceof Then nested) { // one form of a longer row
            return new Then(nested.head, then(nested.tail, tail));
        }
        return head.equals(EMPTY) ? tail : tail.equals(EMPTY) ? head : new Then(head, tail);
    }

    static Regular or(Regular one, Regular other) {
        Set<Regular> all = new LinkedHashSet<>();
        all.addAll(one instanceof Or or ? or.all : Set.of(one));
        all.addAll(other instanceof Or or ? or.all : Set.of(other));
        return all.size() == 1 ? all.iterator().next() : new Or(all);
    }

    static Regular repeat(Regular each, int least, int most) {
        return most == 0 ? EMPTY : least == 1 && most == 1 ? each : new Repeat(each, least, most);
    }
}
