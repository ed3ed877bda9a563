package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.FieldPattern.Segment;
import io.sluice.protection.transform.PatternTrie.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of a plan as a deterministic automaton. A state is the set of trie nodes that a place in a document has
 * reached, with the best {@code /**} rule above it; states are made when first reached and then kept.
 *
 * <p>Confined to one thread, since it grows. Its size is bounded by {@link #MAX_STATES}.
 */
final class Automaton {
    /** Most states; a document that needs more fails its view. Real plans need a few hundred. */
    static final int MAX_STATES = 100_000;

    private final PatternTrie trie;
    /** FHIR has no maps: {@code *} stands for the elements of an array, never for a member, whose name would leave too. */
    private final boolean fhir;

    private final MemberNames names;

    private final Map<Key, State> states = new HashMap<>();
    private final State start;

    /**
     * What tells states apart.
     *
     * @param nodes ids of the trie nodes, sorted; of those reached only if an undecided predicate holds, the complement
     * @param cover best {@code /**} rule at or above the nodes' parents
     * @param undecided whether some predicate above could not be decided
     * @param covered in an undecided state: whether {@code cover} holds whatever the predicates say
     */
    private record Key(List<Integer> nodes, int cover, boolean undecided, boolean covered) {}

    /** @param names gets the names that the rules' patterns hold */
    Automaton(List<FieldRule> rules, boolean fhir, MemberNames names) throws PlanRefusedException {
        this.fhir = fhir;
        this.trie = new PatternTrie(rules);
        this.names = names;
        for (FieldRule rule : rules) {
            for (Segment segment : rule.pattern().segments()) {
                if (segment instanceof Segment.Literal literal) {
                    names.add(literal.name());
                }
            }
        }
        this.start = state(List.of(trie.root().id), PatternTrie.NONE, false, false);
    }

    /** The state of the document's root. */
    State start() {
        return start;
    }

    int size() {
        return states.size();
    }

    private State state(List<Integer> nodes, int cover, boolean undecided, boolean covered) {
        List<Integer> sorted = new ArrayList<>(nodes);
        sorted.sort(null);
        Key key = new Key(List.copyOf(sorted), cover, undecided, covered);
        State known = states.get(key);
        if (known == null) {
            if (states.size() >= MAX_STATES) {
                throw new IllegalStateException("a plan's automaton has more than " + MAX_STATES + " states");
            }
            known = new State(key);
            states.put(key, known);
        }
        return known;
    }

    /** A place in a document, as far as the plan tells places apart. */
    final class State {
        /** Rule of a scalar here; {@link PatternTrie#NONE} where it is undeclared. */
        final int rule;
        /** Whether nothing below can be declared. */
        final boolean dead;

        /** Whether all scalars below have the rule of this state. */
        final boolean uniform;
        // What every step looks at comes first, and close together.
        /** Whether patterns hold choices here. */
        private final boolean choosy;
        /** Whether patterns name elements by index here. */
        private final boolean indexed;

        private @Nullable State other;
        private @Nullable State unnamed;
        private final @Nullable ElementPredicates predicates;
        /** The members that patterns name, by their number; open addressing, a power of two long. */
        private final int[] numbers;

        private final @Nullable State[] targets;

        private final @Nullable String[] literals;
        private final Key key;
        private final int cover;
        private final boolean covered;
        private final String[] choices;
        private final Map<Long, State> byChoice = new HashMap<>();
        private final String[] indexes;
        private final State[] byIndex;
        private final Map<Long, State> byMask = new HashMap<>();
        private @Nullable State undecidedElement;

        private State(Key key) {
            this.key = key;
            int leaf = key.cover();
            int below = key.cover();
            boolean certain = !key.undecided() || key.covered();
            boolean certainBelow = certain;
            for (int id : key.nodes()) {
                Node node = node(id);
                below = better(below, node.subtreeRule);
                leaf = better(leaf, better(node.leafRule, node.subtreeRule));
                if (id >= 0 && key.undecided()) {
                    certainBelow |= node.subtreeRule != PatternTrie.NONE;
                    certain |= node.subtreeRule != PatternTrie.NONE || node.leafRule != PatternTrie.NONE;
                }
            }
            // Where a predicate is undecided, what only it declares may be undeclared: it does not go out.
            this.rule = certain ? leaf : PatternTrie.NONE;
            this.cover = below;
            this.covered = certainBelow;

            Set<String> named = new LinkedHashSet<>();
            Set<String> prefixes = new LinkedHashSet<>();
            List<Segment.Predicate> asked = new ArrayList<>();
            boolean any = false;
            for (int id : key.nodes()) {
                for (Segment segment : node(id).children.keySet()) {
                    if (segment instanceof Segment.Literal literal) {
                        named.add(literal.name());
                    } else if (segment instanceof Segment.Choice choice) {
                        prefixes.add(choice.prefix());
                    } else if (segment instanceof Segment.Predicate predicate) {
                        if (!asked.contains(predicate)) {
                            asked.add(predicate);
                        }
                    } else {
                        any = true;
                    }
                }
            }
            this.choices = prefixes.toArray(String[]::new);
            this.choosy = choices.length > 0;
            boolean leads = any || !named.isEmpty() || !prefixes.isEmpty() || !asked.isEmpty();
            this.dead = !leads && (below == PatternTrie.NONE || key.undecided() && !certainBelow);
            this.uniform = !leads && !dead && below == rule;
            if (choices.length > PatternTrie.MAX_PREDICATES) {
                throw new IllegalStateException("more than " + PatternTrie.MAX_PREDICATES + " choices at one object");
            }
            this.predicates = asked.isEmpty() ? null : new ElementPredicates(asked);

            int slots = Integer.highestOneBit(Math.max(1, named.size() * 2)) * 2;
            this.numbers = new int[slots];
            this.literals = new String[slots];
            this.targets = new State[slots];
            for (String literal : named) {
                int number = names.add(literal);
                int slot = slot(number);
                numbers[slot] = number;
                literals[slot] = literal;
            }
            this.indexes = named.stream()
                    .filter(literal -> literal.matches("0|[1-9][0-9]{0,8}"))
                    .toArray(String[]::new);
            this.byIndex = new State[indexes.length];
            this.indexed = indexes.length > 0;
        }

        /** The state of a member of an object here. */
        State member(JsonTape tape, int value) {
            int number = tape.name(value);
            if (number != MemberNames.UNKNOWN) {
                int slot = slot(number);
                State known = targets[slot];
                if (known != null) {
                    return known;
                }
                String literal = literals[slot];
                if (literal != null) {
                    known = named(literal);
                    targets[slot] = known;
                    return known;
                }
            }
            return choosy ? choice(new String(tape.nameBytes(value), StandardCharsets.UTF_8)) : unnamed();
        }

        /** As {@link #member(JsonTape, int)}, by name. */
        State member(byte[] name) {
            int number = names.number(name, 0, name.length, JsonTape.hash(name));
            String literal = number == MemberNames.UNKNOWN ? null : literals[slot(number)];
            if (literal != null) {
                return named(literal);
            }
            return choosy ? choice(new String(name, StandardCharsets.UTF_8)) : unnamed();
        }

        /** Predicates on the elements of an array here; null where there are none. */
        @Nullable
        ElementPredicates predicates() {
            return predicates;
        }

        /**
         * The state of an element of an array here.
         *
         * @param mask bits of the predicates that the element satisfies, {@link ElementPredicates#UNDECIDED} where unknown
         */
        State element(int index, long mask) {
            if (!indexed && mask == 0) {
                return other();
            }
            int slot = indexed ? Arrays.asList(indexes).indexOf(Integer.toString(index)) : -1;
            if (predicates == null && slot < 0) {
                return other();
            }
            if (mask == 0 && slot >= 0) {
                State known = byIndex[slot];
                if (known == null) {
                    known = newElement(indexes[slot], 0);
                    byIndex[slot] = known;
                }
                return known;
            }
            if (slot >= 0) {
                return newElement(indexes[slot], mask);
            }
            if (mask == 0) {
                return other();
            }
            if (mask == ElementPredicates.UNDECIDED) {
                State known = undecidedElement;
                if (known == null) {
                    known = newElement(null, mask);
                    undecidedElement = known;
                }
                return known;
            }
            return byMask.computeIfAbsent(mask, bits -> newElement(null, bits));
        }

        private State other() {
            State known = other;
            if (known == null) {
                known = successor(null, 0, null, 0);
                other = known;
            }
            return known;
        }

        /** The state of a member that no pattern names. */
        private State unnamed() {
            if (!fhir) {
                return other();
            }
            State known = unnamed;
            if (known == null) {
                known = state(List.of(), cover, key.undecided(), covered);
                unnamed = known;
            }
            return known;
        }

        private State named(String name) {
            return successor(name, matchingChoices(name), null, 0);
        }

        private State choice(String name) {
            long matching = matchingChoices(name);
            return matching == 0
                    ? unnamed()
                    : byChoice.computeIfAbsent(matching, bits -> successor(null, bits, null, 0));
        }

        private long matchingChoices(String name) {
            long matching = 0;
            for (int i = 0; i < choices.length; i++) {
                if (new Segment.Choice(choices[i]).matches(name)) {
                    matching |= 1L << i;
                }
            }
            return matching;
        }

        private State newElement(@Nullable String index, long mask) {
            return successor(null, 0, index, mask);
        }

        private State successor(@Nullable String name, long matchingChoices, @Nullable String index, long mask) {
            boolean undecidedHere = mask == ElementPredicates.UNDECIDED;
            List<Integer> next = new ArrayList<>();
            for (int id : key.nodes()) {
                for (Map.Entry<Segment, Node> child : node(id).children.entrySet()) {
                    Segment segment = child.getKey();
                    boolean certain = id >= 0;
                    boolean reached;
                    if (segment instanceof Segment.Literal literal) {
                        reached = literal.name().equals(name) || literal.name().equals(index);
                    } else if (segment instanceof Segment.Choice choice) {
                        reached = isSet(matchingChoices, Arrays.asList(choices).indexOf(choice.prefix()));
                    } else if (segment instanceof Segment.Predicate predicate) {
                        reached = undecidedHere
                                || mask != 0 && predicates != null && isSet(mask, predicates.indexOf(predicate));
                        certain &= !undecidedHere;
                    } else {
                        reached = true;
                    }
                    if (reached) {
                        int childId = child.getValue().id;
                        next.add(certain ? childId : ~childId);
                    }
                }
            }
            return state(
                    next,
                    cover,
                    key.undecided() || undecidedHere,
                    undecidedHere && !key.undecided() ? cover != PatternTrie.NONE : covered);
        }

        /** Where a number is, or would be. */
        private int slot(int number) {
            int slot = number & numbers.length - 1;
            while (numbers[slot] != number && numbers[slot] != MemberNames.UNKNOWN) {
                slot = slot + 1 & numbers.length - 1;
            }
            return slot;
        }

        private Node node(int id) {
            return trie.node(id < 0 ? ~id : id);
        }

        private int better(int one, int other) {
            return key.undecided() ? trie.stricter(one, other) : trie.preferred(one, other);
        }
    }

    private static boolean isSet(long bits, int index) {
        return index >= 0 && (bits & 1L << index) != 0;
    }
}
