package io.sluice.audit.verify;

import java.util.Objects;

/**
 * Something that a verification found.
 *
 * @param question which verdict it belongs to
 * @param failure whether it makes that verdict fail; else it is only worth knowing
 * @param file the file concerned, below the log's folder or URL
 * @param message what is the matter, in a sentence
 */
public record Finding(Question question, boolean failure, String file, String message) {
    /** What is asked of a log. */
    public enum Question {
        /** Are the bytes those that were signed? */
        INTACT,
        /** Has each ingress record its one entry? */
        COMPLETE,
        /** Did others see the same log? */
        WITNESSED,
        /** Does it go on from the checkpoint that the auditor kept? */
        EXTENDS
    }

    public Finding {
        Objects.requireNonNull(question, "question is null");
    }

    @Override
    public String toString() {
        return (failure ? "" : "note: ") + file + ": " + message;
    }
}
