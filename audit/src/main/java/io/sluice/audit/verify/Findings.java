package io.sluice.audit.verify;

import io.sluice.audit.verify.Finding.Question;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Collects findings up to a limit, beyond which they are only counted. Not safe for use by many threads. */
final class Findings {
    private final int limit;
    private final List<Finding> failures = new ArrayList<>();
    private final List<Finding> notes = new ArrayList<>();
    private final Set<Question> failed = EnumSet.noneOf(Question.class);
    private long count;

    Findings(int limit) {
        this.limit = limit;
    }

    void altered(String file, String message) {
        add(new Finding(Question.INTACT, true, file, message));
    }

    void incomplete(String file, String message) {
        add(new Finding(Question.COMPLETE, true, file, message));
    }

    void unwitnessed(String file, String message) {
        add(new Finding(Question.WITNESSED, true, file, message));
    }

    void notExtended(String file, String message) {
        add(new Finding(Question.EXTENDS, true, file, message));
    }

    void note(Question question, String file, String message) {
        add(new Finding(question, false, file, message));
    }

    boolean failed(Question question) {
        return failed.contains(question);
    }

    /** Failures first: notes never push one out. */
    List<Finding> kept() {
        return Stream.concat(failures.stream(), notes.stream()).limit(limit).toList();
    }

    long count() {
        return count;
    }

    private void add(Finding finding) {
        count++;
        if (finding.failure()) {
            failed.add(finding.question());
        }
        List<Finding> kept = finding.failure() ? failures : notes;
        if (kept.size() < limit) {
            kept.add(finding);
        }
    }
}
