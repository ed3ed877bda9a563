package io.sluice.protection.text;

import io.sluice.protection.text.Identifier.Kind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is known of a person, or of all whom a record names. Immutable.
 *
 * @param values the identifiers, each once, in the order in which they were learned
 * @param complete whether all are here; false where there were more than the limits allow
 */
public record Identifiers(List<Identifier> values, boolean complete) {
    /** Nothing is known. */
    public static final Identifiers NONE = new Identifiers(List.of(), true);

    private static final Set<Kind> TELLING = EnumSet.of(Kind.ADDRESS, Kind.DATE, Kind.PHONE, Kind.EMAIL);

    public Identifiers {
        values = List.copyOf(values);
    }

    /** Those, as far as the limits allow. */
    public static Identifiers of(Collection<Identifier> found, TextLimits limits) {
        Set<Identifier> values = new LinkedHashSet<>();
        boolean complete = true;
        for (Identifier one : found) {
            boolean fits = one.value().length() <= limits.maxIdentifierChars()
                    && (values.size() < limits.maxIdentifiers() || values.contains(one));
            complete &= fits;
            if (fits) {
                values.add(one);
            }
        }
        return new Identifiers(List.copyOf(values), complete);
    }

    /** These and others; equal to these where the others add nothing. */
    public Identifiers and(Identifiers others, TextLimits limits) {
        Set<Identifier> all = new LinkedHashSet<>(values);
        all.addAll(others.values);
        Identifiers both = of(all, limits);
        return complete && others.complete ? both : new Identifiers(both.values, false);
    }

    /** Whether a name is among them. */
    public boolean hasName() {
        return values.stream().anyMatch(one -> one.kind() == Kind.NAME);
    }

    /**
     * Whether it can be told who a person is: by a name, and by something else that people know of each other. A name alone
     * may be what somebody put beside a reference.
     */
    public boolean tellWho() {
        return hasName() && values.stream().anyMatch(one -> TELLING.contains(one.kind()));
    }

    @Override
    public String toString() {
        return "Identifiers[" + values.size() + ", complete=" + complete + "]";
    }
}
