package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.FieldPattern.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The patterns of a plan as a trie over their segments, and the order in which they win.
 *
 * <p>Precedence is compared segment by segment from the left: a pattern that ends beats literal, literal beats choice,
 * choice beats predicate, predicate beats {@code *}, {@code *} beats {@code /**}; patterns alike in all segments tie, and
 * the strictest transform wins. Since the kinds of a pattern's segments are fixed, that is one total order over the rules
 * of a plan, computed here once.
 */
final class PatternTrie {
    /** No rule. */
    static final int NONE = -1;
    /** Most predicates that start at one node. */
    static final int MAX_PREDICATES = 62;

    private static final int SUBTREE_RANK = 5;

    /** One prefix of patterns. */
    static final class Node {
        final int id;
        final Map<Segment, Node> children = new LinkedHashMap<>();
        /** Rule of the pattern that ends here. */
        int leafRule = NONE;
        /** Rule of the pattern that ends here with {@code /**}. */
        int subtreeRule = NONE;

        Node(int id) {
            this.id = id;
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final int[] precedence;
    private final int[] strictness;

    PatternTrie(List<FieldRule> rules) throws PlanRefusedException {
        this.precedence = ranks(rules, byPrecedence(rules));
        this.strictness = ranks(rules, byStrictness(rules));
        Node root = newNode();
        for (int rule = 0; rule < rules.size(); rule++) {
            add(root, rules.get(rule).pattern(), rule);
        }
        for (Node node : nodes) {
            long predicates = node.children.keySet().stream()
                    .filter(Segment.Predicate.class::isInstance)
                    .count();
            if (predicates > MAX_PREDICATES) {
                throw new PlanRefusedException("more than " + MAX_PREDICATES + " predicates at one array");
            }
        }
    }

    Node root() {
        return nodes.get(0);
    }

    Node node(int id) {
        return nodes.get(id);
    }

    /** Of two rules that both match, the one that wins. */
    int preferred(int one, int other) {
        return first(precedence, one, other);
    }

    /** Of two rules, the stricter. */
    int stricter(int one, int other) {
        return first(strictness, one, other);
    }

    private static int first(int[] ranks, int one, int other) {
        if (one == NONE || other == NONE) {
            return Math.max(one, other);
        }
        return ranks[one] <= ranks[other] ? one : other;
    }

    private void add(Node root, FieldPattern pattern, int rule) {
        Node node = root;
        for (Segment segment : pattern.segments()) {
            Node child = node.children.get(segment);
            if (child == null) {
                child = newNode();
                node.children.put(segment, child);
            }
            node = child;
        }
        if (pattern.subtree()) {
            node.subtreeRule = preferred(node.subtreeRule, rule);
        } else {
            node.leafRule = preferred(node.leafRule, rule);
        }
    }

    private Node newNode() {
        Node node = new Node(nodes.size());
        nodes.add(node);
        return node;
    }

    private static int[] ranks(List<FieldRule> rules, Comparator<Integer> order) {
        List<Integer> sorted = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            sorted.add(i);
        }
        sorted.sort(order.thenComparing(Comparator.naturalOrder()));
        int[] ranks = new int[rules.size()];
        for (int rank = 0; rank < ranks.length; rank++) {
            ranks[sorted.get(rank)] = rank;
        }
        return ranks;
    }

    private static Comparator<Integer> byPrecedence(List<FieldRule> rules) {
        return Comparator.<Integer, FieldPattern>comparing(
                        rule -> rules.get(rule).pattern(), PatternTrie::compareSegments)
                .thenComparing(byStrictness(rules));
    }

    private static Comparator<Integer> byStrictness(List<FieldRule> rules) {
        return Comparator.comparing(
                        (Integer rule) -> rules.get(rule).transform().kind())
                .reversed();
    }

    /** Negative where {@code one} is more specific than {@code other}. */
    static int compareSegments(FieldPattern one, FieldPattern other) {
        int longest = Math.max(one.segments().size(), other.segments().size()) + 1;
        for (int i = 0; i < longest; i++) {
            int difference = Integer.compare(rank(one, i), rank(other, i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int rank(FieldPattern pattern, int index) {
        if (index < pattern.segments().size()) {
            Segment segment = pattern.segments().get(index);
            if (segment instanceof Segment.Literal) {
                return 1;
            }
            if (segment instanceof Segment.Choice) {
                return 2;
            }
            return segment instanceof Segment.Predicate ? 3 : 4;
        }
        return pattern.subtree() && index == pattern.segments().size() ? SUBTREE_RANK : 0;
    }
}
