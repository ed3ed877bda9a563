package io.sluice.jobs.protect;

import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.event.Choice;
import io.sluice.core.event.IngressPosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a subject has chosen and not taken back: purpose codes only, sorted. {@link #ALL} in objections and restrictions
 * stands for every purpose. Immutable.
 *
 * @param consents purposes consented to (GDPR Art. 7)
 * @param objections purposes objected to (Art. 21)
 * @param restrictions purposes that the subject restricted (Art. 18, 45 CFR 164.522(a)); {@link #blocked} says more
 * @param erasure the newest erasure, null where there was none
 */
public record StandingChoices(
        List<String> consents,
        List<String> objections,
        List<String> restrictions,
        @Nullable SubjectErasure erasure) {
    /** Every purpose. */
    public static final String ALL = "*";
    /** Nothing chosen. */
    public static final StandingChoices NONE = new StandingChoices(List.of(), List.of(), List.of(), null);

    public StandingChoices {
        consents = List.copyOf(consents);
        objections = List.copyOf(objections);
        restrictions = List.copyOf(restrictions);
    }

    /**
     * The set after a choice other than an erasure. A consent does not lift an objection: only a choice of its own could, and
     * there is none yet; that of an erased subject is its return and ends the block. Where an objection or restriction outgrows the
     * limit it stands for all purposes, which only ever gives less away.
     *
     * @param maxPurposes most purposes in one set
     * @return empty for a consent beyond the limit
     */
    public Optional<StandingChoices> after(Choice choice, int maxPurposes) {
        return switch (choice.kind()) {
            case CONSENT -> {
                List<String> more = with(consents, choice.purposes());
                SubjectErasure past = erasure == null ? null : erasure.afterReturn();
                yield more.size() > maxPurposes
                        ? Optional.empty()
                        : Optional.of(new StandingChoices(more, objections, restrictions, past));
            }
            case WITHDRAWAL ->
                Optional.of(new StandingChoices(
                        keep(consents, purpose -> !choice.purposes().contains(purpose)),
                        objections,
                        restrictions,
                        erasure));
            case OBJECTION ->
                Optional.of(
                        new StandingChoices(consents, against(objections, choice, maxPurposes), restrictions, erasure));
            case RESTRICTION ->
                Optional.of(
                        new StandingChoices(consents, objections, against(restrictions, choice, maxPurposes), erasure));
            case ERASURE -> throw new IllegalArgumentException("an erasure is erased(...)");
        };
    }

    /** The set after an erasure: no consent is left, and a block stands until the subject consents anew. */
    StandingChoices erased(SubjectErasure by) {
        return new StandingChoices(List.of(), objections, restrictions, by);
    }

    /** Whether the subject was erased and has not returned. */
    boolean isErased() {
        return erasure != null && !erasure.returned();
    }

    /**
     * Whether what stands there was given before the newest erasure: it is gone for good, also once the subject has returned.
     *
     * @param position of a record of the subject
     */
    boolean tookAway(IngressPosition position) {
        if (erasure == null) {
            return false;
        }
        IngressPosition taken = IngressPosition.ofEntryId(erasure.entry());
        return position.generation() < taken.generation()
                || position.generation() == taken.generation()
                        && position.partition() == taken.partition() // the subject's own, in that generation
                        && position.offset() < taken.offset();
    }

    /** What is restricted, by the subject or by the block of its erasure. */
    List<String> blocked() {
        return isErased() ? List.of(ALL) : restrictions;
    }

    /** The set as a policy is asked about it: only purposes that its rulebook declares. */
    StandingChoices declared(Predicate<String> declaredPurpose) {
        Predicate<String> asked = purpose -> purpose.equals(ALL) || declaredPurpose.test(purpose);
        return equals(NONE)
                ? this
                : new StandingChoices(
                        keep(consents, asked), keep(objections, asked), keep(restrictions, asked), erasure);
    }

    /** The value of the subject's record in {@code subject.choices}. */
    byte[] toBytes() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", SubjectErasure.VERSION);
        json.put("consents", consents);
        json.put("objections", objections);
        json.put("restrictions", blocked());
        if (erasure != null) {
            json.put("erasure", erasure.toJson());
        }
        return CanonicalJson.bytes(json);
    }

    private static List<String> against(List<String> set, Choice choice, int maxPurposes) {
        List<String> more = with(set, choice.purposes().isEmpty() ? List.of(ALL) : choice.purposes());
        return more.size() > maxPurposes ? List.of(ALL) : more;
    }

    private static List<String> with(List<String> set, List<String> purposes) {
        TreeSet<String> more = new TreeSet<>(set);
        more.addAll(purposes);
        return new ArrayList<>(more);
    }

    private static List<String> keep(List<String> set, Predicate<String> kept) {
        return set.stream().filter(kept).toList();
    }
}
