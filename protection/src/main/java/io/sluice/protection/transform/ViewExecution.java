package io.sluice.protection.transform;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.TextFindings;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.protection.crypto.XaesNonces;
import io.sluice.protection.text.Findings;
import io.sluice.protection.transform.Automaton.State;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes views from a tape: walks the record's values in order, each with its state of the plan's automaton, and writes
 * what the rules there say. Containers are opened when visited and taken back when nothing stays in them. What is wholly
 * undeclared is skipped in one step. Confined to one thread, reused.
 */
final class ViewExecution implements Field {
    private static final byte[] OVER_89 =
            ascii("\":{\"extension\":[{\"url\":\"https://sluice.dev/fhir/age-over-89\",\"valueBoolean\":true}]}");
    private static final byte[] COMMA = {','};
    private static final byte[] SECURITY_START = ascii("\"security\":[");
    private static final byte[] SECURITY_END = ascii("]");
    private static final byte[] META_START = ascii("\"meta\":{\"security\":[");
    private static final byte[] META_END = ascii("]}");
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final MemberName META = MemberName.of("meta");
    private static final MemberName SECURITY = MemberName.of("security");
    private static final MemberName HASH = MemberName.of("hash");
    private static final MemberName SIZE = MemberName.of("size");

    private final JsonTape tape;
    private final ViewWriter out;
    private final XaesNonces nonces;
    private final int maxElementBytes;

    /** The steps to the value at hand: a tape index of a member, or the complement of an index in a written array. */
    private final int[] path = new int[JsonTape.MAX_DEPTH + 1];

    private int depth;
    private int scalar;

    private @Nullable CompiledPlan plan;
    private @Nullable RecordContext context;
    private int[] counts = new int[0];
    private int undeclared;
    private Findings findings = new Findings();
    /** The object whose member is at hand. */
    private int parent;

    private @Nullable ReasonCode failure;

    /** Behind the view's {@code meta} and its {@code security}; 0 where they do not go out. */
    private int metaEnd;

    private int securityEnd;

    ViewExecution(JsonTape tape, SecureRandom random, ViewLimits limits) {
        this.tape = tape;
        this.nonces = new XaesNonces(random);
        this.out = new ViewWriter(limits.maxViewBytes());
        this.maxElementBytes = limits.maxElementBytes();
    }

    View run(CompiledPlan compiled, RecordContext record) {
        plan = compiled;
        context = record;
        counts = new int[compiled.transforms.length];
        undeclared = 0;
        if (compiled.looksInside()) {
            findings = new Findings();
        }
        failure = null;
        nonces.begin();
        depth = 0;
        metaEnd = 0;
        securityEnd = 0;
        out.reset();
        State start = compiled.automaton.start();
        if (compiled.fhir && tape.hasModifiers()) {
            requireDeclaredModifiers(0, start, false);
        }
        if (failure == null && !value(0, start)) {
            empty();
        }
        if (failure == null && compiled.labels != null) {
            label(compiled.labels.of(counts, undeclared));
        }
        if (failure == null && out.overflown()) {
            failure = ReasonCode.VIEW_TOO_LARGE;
        }
        if (failure == null && undeclared > 0 && compiled.quarantinesUndeclared) {
            failure = ReasonCode.UNDECLARED_FIELD;
        }
        return failure != null
                ? new View.Failed(failure)
                : new View.Protected(
                        out.toBytes(),
                        counts,
                        undeclared,
                        compiled.keysOf(counts, record),
                        compiled.looksInside() ? findings.counted() : TextFindings.NONE);
    }

    private void empty() {
        int kind = tape.kind(0);
        out.cutTo(0);
        out.raw(
                kind == JsonTape.OBJECT
                        ? new byte[] {'{', '}'}
                        : kind == JsonTape.ARRAY ? new byte[] {'[', ']'} : NULL);
    }

    /** Puts labels into {@code meta.security}, behind what stands there. What is no FHIR there fails the view. */
    private void label(byte[] labels) {
        if (labels.length == 0) {
            return;
        }
        if (securityEnd > 0) {
            insert(securityEnd, ']', COMMA, labels);
        } else if (metaEnd > 0) {
            insert(metaEnd, '}', COMMA, SECURITY_START, labels, SECURITY_END);
        } else if (out.length() > 2) {
            insert(out.length(), '}', COMMA, META_START, labels, META_END);
        } else {
            insert(out.length(), '}', META_START, labels, META_END);
        }
    }

    /** Inserts before the bracket that closes a container; where none does, the payload is not what it should be. */
    private void insert(int end, char bracket, byte[]... parts) {
        if (out.overflown()) {
            return;
        }
        if (out.before(end) != bracket) {
            failure = ReasonCode.PAYLOAD_INVALID;
            return;
        }
        out.insert(end - 1, parts);
    }

    private void noteEnd(int member) {
        if (depth == 0 && tape.nameIs(member, META)) {
            metaEnd = out.length();
        } else if (depth == 1 && tape.nameIs(member, SECURITY) && isMeta()) {
            securityEnd = out.length();
        }
    }

    /** Writes a value as its state says. False where nothing of it goes out. */
    private boolean value(int value, State state) {
        if (isCopied(value, state)) {
            counts[state.rule] += tape.leaves(value);
            out.raw(tape.bytes(), tape.start(value), tape.end(value));
            return true;
        }
        return switch (tape.kind(value)) {
            case JsonTape.OBJECT -> object(value, state);
            case JsonTape.ARRAY -> array(value, state, false);
            default -> scalar(value, state) == Transform.Outcome.WRITTEN;
        };
    }

    /** Whether a container goes out as it is, byte for byte; but no place of labels stands in a copy. */
    private boolean isCopied(int value, State state) {
        return state.uniform
                && isKept(state)
                && tape.isContainer(value)
                && tape.isTight(value)
                && (current().labels == null || depth > 1 || depth == 1 && !isMeta());
    }

    private boolean isMeta() {
        return path[0] >= 0 && tape.nameIs(path[0], META);
    }

    private boolean object(int object, State state) {
        int mark = out.length();
        boolean any = false;
        boolean texts = current().fhir && current().looksInside();
        out.raw((byte) '{');
        for (int member = object + 1, end = tape.next(object); member < end; member = tape.next(member)) {
            State next = state.member(tape, member);
            if (skipped(member, next)) {
                continue;
            }
            boolean extension = current().fhir && isPrimitiveExtension(member);
            if (extension && !elementIsKept(member, state)) {
                undeclared += undeclaredIn(member, next);
                continue;
            }
            if (texts && isUntrue(member, object, state)) {
                dropped(member, next);
                continue;
            }
            parent = object;
            boolean written = member(member, next, any, extension);
            any |= written;
            if (failure != null || out.overflown()) {
                return false;
            }
            if (texts && !written && isNarrative(member, next)) {
                // FHIR R4 2.4: a narrative goes with its div, or not at all.
                out.cutTo(mark);
                return false;
            }
        }
        return close(any, mark, '}');
    }

    private void dropped(int value, State state) {
        if (state.rule == PatternTrie.NONE) {
            undeclared += tape.leaves(value);
        } else {
            counts[state.rule] += tape.leaves(value);
        }
    }

    private boolean isNarrative(int member, State state) {
        return current().looksInside(state.rule) && tape.nameIs(member, MaskIdentifiers.DIV);
    }

    /** Hash and size of an attachment are those of what it was before it was looked into, and its fingerprint. */
    private boolean isUntrue(int member, int object, State state) {
        if (!tape.nameIs(member, HASH) && !tape.nameIs(member, SIZE)) {
            return false;
        }
        for (int other = object + 1, end = tape.next(object); other < end; other = tape.next(other)) {
            if (tape.nameIs(other, MaskIdentifiers.DATA)) {
                return current().looksInside(state.member(tape, other).rule);
            }
        }
        return false;
    }

    /** Writes one member; what nothing stays of takes its name back. */
    private boolean member(int member, State next, boolean comma, boolean extension) {
        int mark = out.length();
        if (comma) {
            out.raw((byte) ',');
        }
        int quote = out.length();
        out.raw((byte) '"');
        out.raw(tape.bytes(), tape.nameStart(member), tape.nameEnd(member));
        out.raw((byte) '"');
        out.raw((byte) ':');
        path[depth++] = member;
        boolean written;
        if (!tape.isContainer(member)) {
            Transform.Outcome outcome = scalar(member, next);
            written = outcome == Transform.Outcome.WRITTEN;
            if (outcome == Transform.Outcome.OVER_89) {
                out.cutTo(quote);
                over89(member);
                written = true;
            }
        } else if (extension && tape.kind(member) == JsonTape.ARRAY) {
            written = array(member, next, true);
        } else {
            written = value(member, next);
        }
        depth--;
        if (!written) {
            out.cutTo(mark);
        } else if (depth < 2 && current().labels != null) {
            noteEnd(member);
        }
        return written;
    }

    /** FHIR R4 2.6.2.1: what is said of a primitive stands in a sibling of its name with an underscore. */
    private void over89(int member) {
        out.raw((byte) '"');
        out.raw((byte) '_');
        out.raw(tape.bytes(), tape.nameStart(member), tape.nameEnd(member));
        out.raw(OVER_89);
    }

    /** @param keepPlaces whether elements that do not go out leave null, since another array counts on their places */
    private boolean array(int array, State state, boolean keepPlaces) {
        int mark = out.length();
        int written = 0;
        boolean any = false;
        out.raw((byte) '[');
        int index = 0;
        for (int element = array + 1, end = tape.next(array); element < end; element = tape.next(element), index++) {
            State next = element(state, element, index);
            int before = out.length();
            if (written > 0) {
                out.raw((byte) ',');
            }
            path[depth++] = ~written;
            boolean goesOut = !skipped(element, next) && value(element, next);
            depth--;
            if (failure != null || out.overflown()) {
                return false;
            }
            any |= goesOut;
            if (goesOut) {
                written++;
            } else if (keepPlaces) {
                out.raw(NULL);
                written++;
            } else {
                out.cutTo(before);
            }
        }
        return close(any, mark, ']');
    }

    private boolean close(boolean any, int mark, char bracket) {
        if (!any) {
            out.cutTo(mark);
            return false;
        }
        out.raw((byte) bracket);
        return true;
    }

    private State element(State state, int element, int index) {
        ElementPredicates predicates = state.predicates();
        return state.element(index, predicates == null ? 0 : predicates.evaluate(tape, element, maxElementBytes));
    }

    /** Counts and answers true where nothing of a value can go out, without looking into it. */
    private boolean skipped(int value, State state) {
        if (state.dead && (state.rule == PatternTrie.NONE || tape.isContainer(value))) {
            undeclared += tape.leaves(value);
            return true;
        }
        if (state.rule == PatternTrie.NONE && !tape.isContainer(value)) {
            undeclared++;
            return true;
        }
        if (state.rule != PatternTrie.NONE
                && current().kinds[state.rule] == TransformKind.DROP
                && (!tape.isContainer(value) || state.uniform)) {
            counts[state.rule] += tape.leaves(value);
            return true;
        }
        return false;
    }

    private Transform.Outcome scalar(int value, State state) {
        int rule = state.rule;
        if (rule == PatternTrie.NONE) {
            undeclared++;
            return Transform.Outcome.ABSENT;
        }
        counts[rule]++;
        scalar = value;
        Transform.Outcome outcome = current().transforms[rule].write(this, out);
        if (outcome == Transform.Outcome.FAILED) {
            failure = ReasonCode.TRANSFORM_FAILED;
        }
        return outcome;
    }

    private boolean isPrimitiveExtension(int member) {
        int start = tape.nameStart(member);
        if (tape.nameEnd(member) == start) {
            return false;
        }
        byte first = tape.bytes()[start];
        return first == '_' || first == '\\' && tape.nameBytes(member)[0] == '_';
    }

    /** FHIR: {@code _x} goes out only where {@code x} is kept as it is. */
    private boolean elementIsKept(int member, State parent) {
        byte[] name = tape.nameBytes(member);
        State primitive = parent.member(Arrays.copyOfRange(name, 1, name.length));
        if (tape.kind(member) != JsonTape.ARRAY) {
            return isKept(primitive);
        }
        int index = 0;
        for (int element = member + 1, end = tape.next(member); element < end; element = tape.next(element)) {
            if (!isKept(primitive.element(index++, 0))) {
                return false;
            }
        }
        return true;
    }

    private boolean isKept(State state) {
        return state.rule != PatternTrie.NONE && current().kinds[state.rule] == TransformKind.KEEP;
    }

    /** The number of scalars in a value that no pattern covers. */
    private int undeclaredIn(int value, State state) {
        if (!tape.isContainer(value)) {
            return state.rule == PatternTrie.NONE ? 1 : 0;
        }
        int found = 0;
        int index = 0;
        boolean object = tape.kind(value) == JsonTape.OBJECT;
        for (int child = value + 1, end = tape.next(value); child < end; child = tape.next(child)) {
            found += undeclaredIn(child, object ? state.member(tape, child) : element(state, child, index++));
        }
        return found;
    }

    /** FHIR R4 2.1.4: what a modifierExtension says may turn the meaning of all around it, wherever it stands. */
    private void requireDeclaredModifiers(int value, State state, boolean inside) {
        if (!tape.isContainer(value)) {
            if (inside && state.rule == PatternTrie.NONE) {
                failure = ReasonCode.MODIFIER_EXTENSION;
            }
            return;
        }
        if (inside && state.dead) {
            failure = ReasonCode.MODIFIER_EXTENSION;
            return;
        }
        int index = 0;
        boolean object = tape.kind(value) == JsonTape.OBJECT;
        for (int child = value + 1, end = tape.next(value); child < end; child = tape.next(child)) {
            State next = object ? state.member(tape, child) : element(state, child, index++);
            requireDeclaredModifiers(child, next, inside || object && tape.nameIsModifier(child));
        }
    }

    private CompiledPlan current() {
        CompiledPlan running = plan;
        if (running == null) {
            throw new IllegalStateException("no view is being written");
        }
        return running;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    // What a transform sees of the scalar at hand.

    @Override
    public int kind() {
        return tape.kind(scalar);
    }

    @Override
    public @Nullable String text() {
        return tape.text(scalar);
    }

    @Override
    public byte @Nullable [] utf8() {
        return tape.utf8(scalar);
    }

    @Override
    public void copyTo(ViewWriter target) {
        int quote = tape.kind(scalar) == JsonTape.STRING ? 1 : 0;
        target.raw(tape.bytes(), tape.start(scalar) - quote, tape.end(scalar) + quote);
    }

    @Override
    public boolean isNamed(MemberName name) {
        return depth > 0 && path[depth - 1] == scalar && tape.nameIs(scalar, name);
    }

    @Override
    public boolean nameEndsWith(String suffix) {
        return depth > 0
                && path[depth - 1] == scalar
                && new String(tape.nameBytes(scalar), StandardCharsets.UTF_8).endsWith(suffix);
    }

    @Override
    public @Nullable String sibling(MemberName name) {
        for (int other = parent + 1, end = tape.next(parent); other < end; other = tape.next(other)) {
            if (tape.nameIs(other, name) && tape.kind(other) == JsonTape.STRING) {
                return tape.text(other);
            }
        }
        return null;
    }

    @Override
    public Findings findings() {
        return findings;
    }

    @Override
    public RecordContext context() {
        RecordContext record = context;
        if (record == null) {
            throw new IllegalStateException("no view is being written");
        }
        return record;
    }

    @Override
    public void pointer(ByteSink target) {
        for (int i = 0; i < depth; i++) {
            target.add((byte) '/');
            if (path[i] < 0) {
                target.add(Integer.toString(~path[i]).getBytes(StandardCharsets.US_ASCII));
                continue;
            }
            for (byte b : tape.nameBytes(path[i])) {
                if (b == '~' || b == '/') {
                    target.add((byte) '~');
                    target.add((byte) (b == '~' ? '0' : '1'));
                } else {
                    target.add(b);
                }
            }
        }
    }

    /** A view is a record here: a prefix that two views shared would tell their recipients that the record is one. */
    @Override
    public byte[] nonce() {
        return nonces.next();
    }
}
