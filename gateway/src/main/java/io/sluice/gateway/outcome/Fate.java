package io.sluice.gateway.outcome;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.IngressPosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event or choice.
 *
 * @param position where it stands
 * @param attempt how often it came back from quarantine
 * @param verdict what its newest entry says
 * @param reused where the same id came again with other content, null where it did not
 */
record Fate(
        IngressPosition position,
        int attempt,
        Verdict verdict,
        @Nullable IngressPosition reused) {
    /**
     * What an entry says, the same for many events.
     *
     * @param status {@code decided}, {@code applied} (a choice), {@code duplicate}, {@code quarantined}
     * @param reason why the record as a whole is in quarantine, null where it is not
     */
    record Verdict(String status, @Nullable String reason, List<View> views) {
        Verdict {
            views = List.copyOf(views);
        }

        private boolean isCopy() {
            return status.equals("duplicate");
        }

        private boolean isQuarantined() {
            return status.equals("quarantined");
        }
    }

    /**
     * What one recipient got.
     *
     * @param disposition {@code release}, {@code withhold}, {@code quarantine}
     * @param code why it is in quarantine for this recipient, null where it is not
     */
    record View(
            String recipient, String disposition, @Nullable String code) {}

    /**
     * Whether this is what became of the event, where the other was learned before. A copy says nothing of it. A record further
     * behind, that is none, was posted again after the window of copies; where it is too old to tell ({@code stale}) what was
     * decided before stands.
     */
    boolean replaces(Fate before) {
        if (position.equals(before.position)) {
            return attempt >= before.attempt;
        }
        if (verdict.isCopy() || ReasonCode.STALE.code().equals(verdict.reason) && !before.verdict.isQuarantined()) {
            return before.verdict.isCopy() && !verdict.isCopy();
        }
        return before.verdict.isCopy() || isBehind(before.position);
    }

    /** Partitions of one generation have no order: the later entry counts. */
    private boolean isBehind(IngressPosition other) {
        if (position.generation() != other.generation()) {
            return position.generation() > other.generation();
        }
        return position.partition() != other.partition() || position.offset() > other.offset();
    }

    /** The same, and where its id came again with other content. */
    Fate reusedAt(@Nullable IngressPosition place) {
        return new Fate(position, attempt, verdict, place);
    }

    /** Its members in their order. */
    Map<String, Object> members() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", verdict.status);
        json.put("position", position.toString());
        if (attempt > 0) {
            json.put("attempt", attempt);
        }
        if (verdict.reason != null) {
            json.put("reason", verdict.reason);
        }
        if (!verdict.views.isEmpty()) {
            List<Map<String, Object>> recipients = new ArrayList<>();
            for (View view : verdict.views) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("recipient", view.recipient);
                one.put("disposition", view.disposition);
                if (view.code != null) {
                    one.put("reason", view.code);
                }
                recipients.add(one);
            }
            json.put("recipients", recipients);
        }
        if (reused != null) {
            json.put("idReusedAt", reused.toString());
        }
        return json;
    }
}
