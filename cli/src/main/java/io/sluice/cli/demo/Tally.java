package io.sluice.cli.demo;

import io.sluice.cli.client.Answer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of the posts of a run, as the gateway answered. Thread-safe. */
final class Tally {
    private final SortedMap<String, Long> refusals = new TreeMap<>(); // guarded by this
    private long posted; // guarded by this
    private long accepted; // guarded by this
    private long choices; // guarded by this

    synchronized void add(Post post, Answer answer) {
        if (post.kind() == Post.Kind.EVENT) {
            posted++;
        }
        if (!answer.accepted()) {
            refusals.merge(answer.status() + " " + answer.code(), 1L, Long::sum);
        } else if (post.kind() == Post.Kind.EVENT) {
            accepted++;
        } else {
            choices++;
        }
    }

    /** Events posted. */
    synchronized long posted() {
        return posted;
    }

    /** Events that the gateway took. */
    synchronized long accepted() {
        return accepted;
    }

    /** Events that the gateway refused. */
    synchronized long rejected() {
        return posted - accepted;
    }

    /** Choices that the gateway took. */
    synchronized long choices() {
        return choices;
    }

    /** How often each status and code was the answer. */
    synchronized SortedMap<String, Long> refusals() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(refusals));
    }
}
