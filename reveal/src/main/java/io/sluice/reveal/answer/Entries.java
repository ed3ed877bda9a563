package io.sluice.reveal.answer;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.decision.RevealDecision;
import io.sluice.core.decision.RevealInput;
import io.sluice.core.event.SubjectRef;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.reveal.value.Item;
import io.sluice.reveal.value.Outcome;
import io.sluice.reveal.value.Revealer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one request ({@code docs/specs/reveal-api.md}). No value, no concrete path: the patterns of the decision
 * input say which field it was, and the released id which view.
 *
 * @param tenant the deployment's
 * @param request names the request, in the answer and in each of its entries
 * @param asker who asks
 * @param now when
 */
record Entries(String tenant, String request, Asker asker, Instant now) {
    private static final String WRITER = "reveal";

    /** The entry of one value. */
    AuditEntry value(ActivePolicy policy, Item item, int index, Revealer.Judged judged, @Nullable String emergency) {
        Map<String, Object> detail = detail();
        detail.put("item", index);
        asked(detail, policy, judged.input(), judged.decision());
        detail.put("answer", judged.outcome().answer());
        if (judged.outcome() instanceof Outcome.Refused refused) {
            detail.put("code", refused.code());
        }
        put(detail, "key", judged.key() == null ? null : judged.key().hex());
        put(detail, "binding", judged.binding());
        put(
                detail,
                "record",
                item.place().recordId().isEmpty() ? null : item.place().recordId());
        put(detail, "emergency", emergency);
        boolean revealed = judged.outcome() instanceof Outcome.Revealed;
        return ActEntry.about(
                revealed ? ActEntry.Code.VALUE_REVEALED : ActEntry.Code.REVEAL_REFUSED,
                tenant,
                WRITER,
                asker.id(),
                now,
                policy.rulebook().datasets().containsKey(item.place().dataset())
                        ? item.place().dataset()
                        : null,
                item.subject() == null ? null : new SubjectRef(item.subject()),
                detail);
    }

    /** The entry of a request that was refused as a whole. */
    AuditEntry refused(RefusedException refused) {
        Map<String, Object> detail = detail();
        detail.put("answer", "REFUSED");
        detail.put("code", refused.reason() == null ? refused.code().code() : refused.reason());
        return act(ActEntry.Code.REVEAL_REFUSED, detail);
    }

    /** The entry of another act under a decision. */
    AuditEntry decided(
            ActEntry.Code code,
            ActivePolicy policy,
            RevealInput input,
            RevealDecision decision,
            Map<String, Object> more) {
        Map<String, Object> detail = detail();
        asked(detail, policy, input, decision);
        if (decision instanceof RevealDecision.Denied denied) {
            detail.put("answer", "REFUSED");
            detail.put("code", denied.code());
        }
        detail.putAll(more);
        return act(code, detail);
    }

    private AuditEntry act(ActEntry.Code code, Map<String, Object> detail) {
        return ActEntry.of(code, tenant, WRITER, asker.id(), now, detail);
    }

    private Map<String, Object> detail() {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("request", request);
        detail.put("certificate", asker.certificate());
        return detail;
    }

    private static void asked(
            Map<String, Object> detail, ActivePolicy policy, RevealInput input, @Nullable RevealDecision decision) {
        detail.put("input", input.toJson());
        if (decision == null) {
            return;
        }
        detail.put(
                "policy",
                Map.of(
                        "activation",
                        policy.number(),
                        "revision",
                        policy.bundle().revision(),
                        "bundle",
                        policy.bundle().digest(),
                        "entrypoint",
                        Entrypoint.REVEAL.path()));
        if (decision instanceof RevealDecision.Allowed allowed) {
            detail.putAll(allowed.toJson());
        }
    }

    private static void put(Map<String, Object> detail, String name, @Nullable String text) {
        if (text != null) {
            detail.put(name, text);
        }
    }
}
