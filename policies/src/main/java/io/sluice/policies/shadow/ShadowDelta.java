package io.sluice.policies.shadow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In what a shadow's decision differs from the one that stood. Many inputs share one. Immutable.
 *
 * @param changes what would be different; empty for nothing, or where it is not known
 * @param differs whether something would be
 * @param failure why the shadow gave no decision, as a code; null where it gave one
 */
record ShadowDelta(
        List<Change> changes, boolean differs, @Nullable String failure) {
    /** More different answers than are told apart. */
    static final ShadowDelta OTHER = new ShadowDelta(List.of(), true, null);

    ShadowDelta {
        changes = List.copyOf(changes);
    }

    static ShadowDelta of(List<Change> changes) {
        return new ShadowDelta(changes, !changes.isEmpty(), null);
    }

    static ShadowDelta failed(String code) {
        return new ShadowDelta(List.of(), false, code);
    }

    /**
     * One difference of one recipient's view.
     *
     * @param dataset dataset id
     * @param recipient recipient id
     * @param what {@code disposition}, a field's pattern, or a term of the release
     * @param from under what decided
     * @param to under the shadow
     */
    record Change(String dataset, String recipient, String what, String from, String to) {
        private static final int MAX_CHARS = 200;

        Change {
            what = shortened(what);
            from = shortened(from);
            to = shortened(to);
        }

        private static String shortened(String text) {
            return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS - 1) + "…";
        }
    }
}
