package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.FieldPattern.Segment;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.protection.text.Identifier;
import io.sluice.protection.text.Identifier.Kind;
import io.sluice.protection.transform.Automaton.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a dataset say who somebody is: the fields that the catalog gives a class of direct identifiers, and
 * days of birth. What stands in the object of the subject's id, or below it, is the subject's own: of a Patient all, of an
 * Observation what {@code /subject} says. Confined to the thread of the {@link Protector} that made it.
 */
public final class IdentifierFields {
    private static final String BIRTH_DATE = "pd:BirthDate";
    private static final char[] PREFIX_ENDS = {'/', ':', '|', '='};

    private final Automaton automaton;
    private final @Nullable Kind[] kinds;
    private final boolean[] own;
    private final int maxElementBytes;

    IdentifierFields(Dataset dataset, Map<String, DataClass> classes, int maxElementBytes, MemberNames names)
            throws PlanRefusedException {
        List<FieldRule> rules = new ArrayList<>();
        List<List<String>> classesOf = new ArrayList<>();
        dataset.fields().forEach((pattern, ids) -> {
            rules.add(new FieldRule(pattern, TransformSpec.of(TransformKind.KEEP), "identifiers"));
            classesOf.add(ids);
        });
        List<String> holder = dataset.subjects().isEmpty()
                ? List.of()
                : holder(dataset.subjects().get(0).at());
        this.automaton = new Automaton(rules, dataset.format() == Dataset.Format.FHIR, names);
        this.kinds = new Kind[rules.size()];
        this.own = new boolean[rules.size()];
        this.maxElementBytes = maxElementBytes;
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = kind(classesOf.get(i), classes);
            own[i] = !dataset.subjects().isEmpty() && isBelow(rules.get(i).pattern(), holder);
        }
    }

    /** Collects the identifiers of a record. */
    void collect(JsonTape tape, List<Identifier> subjects, List<Identifier> all) {
        collect(tape, 0, automaton.start(), subjects, all);
    }

    private void collect(JsonTape tape, int value, State state, List<Identifier> subjects, List<Identifier> all) {
        if (!tape.isContainer(value)) {
            scalar(tape, value, state.rule, subjects, all);
            return;
        }
        if (state.dead) {
            return;
        }
        boolean object = tape.kind(value) == JsonTape.OBJECT;
        ElementPredicates predicates = state.predicates();
        int index = 0;
        for (int child = value + 1, end = tape.next(value); child < end; child = tape.next(child)) {
            State next = object
                    ? state.member(tape, child)
                    : state.element(
                            index++, predicates == null ? 0 : predicates.evaluate(tape, child, maxElementBytes));
            collect(tape, child, next, subjects, all);
        }
    }

    private void scalar(JsonTape tape, int value, int rule, List<Identifier> subjects, List<Identifier> all) {
        Kind kind = rule == PatternTrie.NONE ? null : kinds[rule];
        String text = kind == null || tape.kind(value) == JsonTape.NULL ? null : tape.text(value);
        if (kind == null || text == null || text.isBlank()) {
            return;
        }
        Identifier identifier = new Identifier(kind, kind == Kind.NUMBER ? withoutPrefix(text) : text);
        all.add(identifier);
        if (own[rule]) {
            subjects.add(identifier);
        }
    }

    /** {@code urn:uuid:X}, {@code Patient/X} and {@code Practitioner?identifier=system|X} name X. */
    private static String withoutPrefix(String text) {
        int prefix = -1;
        for (char end : PREFIX_ENDS) {
            prefix = Math.max(prefix, text.lastIndexOf(end));
        }
        String id = text.substring(prefix + 1);
        return id.isEmpty() ? text : id;
    }

    private static @Nullable Kind kind(List<String> ids, Map<String, DataClass> classes) {
        for (String id : ids) {
            DataClass about = classes.get(id);
            if (about == null || about.freeText()) {
                continue;
            }
            if (BIRTH_DATE.equals(about.dpv())) {
                return Kind.DATE;
            }
            if (about.kind() == DataClass.Kind.DIRECT_IDENTIFIER) {
                return kind(about.hipaa());
            }
        }
        return null;
    }

    /** By the letters of 45 CFR 164.514(b)(2)(i). Pictures and prints of fingers are not written in texts. */
    private static @Nullable Kind kind(@Nullable String letter) {
        return switch (letter == null ? "" : letter) {
            case "A" -> Kind.NAME;
            case "B" -> Kind.ADDRESS;
            case "C" -> Kind.DATE;
            case "D", "E" -> Kind.PHONE;
            case "F" -> Kind.EMAIL;
            case "N" -> Kind.URL;
            case "P", "Q" -> null;
            default -> Kind.NUMBER;
        };
    }

    /** The members that lead to the object of a pointer's member. */
    private static List<String> holder(String pointer) {
        List<String> names = List.of(pointer.substring(1).split("/", -1));
        return names.subList(0, names.size() - 1);
    }

    private static boolean isBelow(FieldPattern pattern, List<String> holder) {
        List<Segment> segments = pattern.segments();
        if (segments.size() < holder.size()) {
            return false;
        }
        for (int i = 0; i < holder.size(); i++) {
            if (!(segments.get(i) instanceof Segment.Literal literal)
                    || !literal.name().equals(holder.get(i))) {
                return false;
            }
        }
        return true;
    }
}
