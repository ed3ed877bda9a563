package io.sluice.protection.keytree;

import io.sluice.core.event.SubjectRef;
import java.util.Comparator;
import java.util.List;

/**
 * Whom a value is about: its key needs the keys of all of them, so it is gone when one of them is erased. In the order of
 * their references, none twice.
 *
 * @param subjects 1 to {@link #MAX}
 */
public record Owners(List<SubjectRef> subjects) {
    /** Most subjects of one value. */
    public static final int MAX = 8;

    public Owners {
        subjects = subjects.stream()
                .distinct()
                .sorted(Comparator.comparing(SubjectRef::value))
                .toList();
        if (subjects.isEmpty() || subjects.size() > MAX) {
            throw new IllegalArgumentException("a value is about 1 to " + MAX + " subjects, not " + subjects.size());
        }
    }

    /** The owners of a value, in any order. */
    public static Owners of(SubjectRef... subjects) {
        return new Owners(List.of(subjects));
    }
}
