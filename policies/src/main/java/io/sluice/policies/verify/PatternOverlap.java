package io.sluice.policies.verify;

import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.FieldPattern.Segment;

/** Whether two patterns may name the same field. Where it cannot be told from the patterns, they may. Stateless. */
final class PatternOverlap {
    private PatternOverlap() {}

    static boolean may(FieldPattern one, FieldPattern other) {
        int common = Math.min(one.segments().size(), other.segments().size());
        for (int i = 0; i < common; i++) {
            if (!may(one.segments().get(i), other.segments().get(i))) {
                return false;
            }
        }
        return one.segments().size() == other.segments().size()
                || (one.segments().size() < other.segments().size() ? one : other).subtree();
    }

    private static boolean may(Segment one, Segment other) {
        if (one instanceof Segment.Literal first && other instanceof Segment.Literal second) {
            return first.name().equals(second.name());
        }
        if (one instanceof Segment.Choice choice && other instanceof Segment.Literal literal) {
            return choice.matches(literal.name());
        }
        return !(one instanceof Segment.Literal && other instanceof Segment.Choice) || may(other, one);
    }
}
