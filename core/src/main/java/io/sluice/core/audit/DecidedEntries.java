package io.sluice.core.audit;

import static io.sluice.core.encoding.CanonicalTemplate.HOLE;

import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalTemplate;
import io.sluice.core.encoding.CanonicalWriter;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the entries of all records that one question to the policy decided. They hold the decision itself, input,
 * activation and revision, so that it can be replayed (promise P5); what they have in common is encoded once.
 *
 * <p>{@code recorded} is the broker's append time of the ingress record, not a clock: a replay gives the same bytes. Not
 * thread-safe.
 */
public final class DecidedEntries {
    private final String tenant;
    private final String writer;
    private final String controller;
    private final List<String> regimes;
    private final Policy policy;
    private final ReleaseInput input;
    private final @Nullable Requeued requeued;

    private final CanonicalWriter out = new CanonicalWriter();
    private final List<OutcomeForm> forms = new ArrayList<>();
    private @Nullable CanonicalTemplate ofSubject;
    private @Nullable CanonicalTemplate ofNobody;

    /**
     * What decided, or was to.
     *
     * @param activation the records' activation: sealed into them, or stamped on what was requeued
     * @param applied the activation that decided: the same, or a floor after it
     * @param revision the revision that decided: active or canary of that activation
     * @param bundle SHA-256 of its bundle, hex
     */
    public record Policy(long activation, long applied, long revision, String bundle) {
        /** Without a floor. */
        public Policy(long activation, long revision, String bundle) {
            this(activation, activation, revision, bundle);
        }

        /** The member of an entry. */
        Map<String, Object> toJson() {
            Map<String, Object> json = new TreeMap<>();
            json.put("activation", activation);
            if (applied != activation) {
                json.put("applied", applied);
            }
            json.put("revision", revision);
            json.put("bundle", bundle);
            json.put("entrypoint", "sluice/release");
            return json;
        }
    }

    /**
     * @param controller who answers for the dataset
     * @param regimes regimes of the dataset
     * @param input what the policy was asked
     */
    public DecidedEntries(
            String tenant, String writer, String controller, List<String> regimes, Policy policy, ReleaseInput input) {
        this(tenant, writer, controller, regimes, policy, input, null);
    }

    private DecidedEntries(
            String tenant,
            String writer,
            String controller,
            List<String> regimes,
            Policy policy,
            ReleaseInput input,
            @Nullable Requeued requeued) {
        this.tenant = tenant;
        this.writer = writer;
        this.controller = controller;
        this.regimes = List.copyOf(regimes);
        this.policy = policy;
        this.input = input;
        this.requeued = requeued;
    }

    /** The same for one further attempt at a record. */
    public DecidedEntries requeued(Requeued attempt) {
        return new DecidedEntries(tenant, writer, controller, regimes, policy, input, attempt);
    }

    /**
     * The entry of one record.
     *
     * @param tags its verified tags, those that the input was made of
     * @param outcomes what became of it, for each recipient of the decision
     */
    public AuditEntry of(
            IngressPosition position, int attempt, Instant recorded, Tags tags, List<RecipientOutcome> outcomes) {
        SubjectRef subject = tags.subjectRef();
        CanonicalTemplate entry = template(subject != null);
        String id = position.entryId(attempt);
        out.reset();
        out.raw(entry.part(0)).string(tags.id());
        out.raw(entry.part(1)).string(id);
        out.raw(entry.part(2));
        recipients(outcomes);
        out.raw(entry.part(3)).string(Tags.timestamp(recorded));
        int part = 4;
        if (subject != null) {
            out.raw(entry.part(part++)).string(subject.value());
        }
        out.raw(entry.part(part++)).string(Tags.timestamp(tags.received()));
        out.raw(entry.part(part));
        return new AuditEntry(id, out.toBytes());
    }

    private void recipients(List<RecipientOutcome> outcomes) {
        out.raw('[');
        for (int i = 0; i < outcomes.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            form(i, outcomes.get(i)).write(outcomes.get(i), out);
        }
        out.raw(']');
    }

    /** The form of a recipient's outcomes seldom changes from record to record. */
    private OutcomeForm form(int index, RecipientOutcome outcome) {
        if (index < forms.size() && forms.get(index).isOf(outcome)) {
            return forms.get(index);
        }
        OutcomeForm form = new OutcomeForm(outcome);
        if (index < forms.size()) {
            forms.set(index, form);
        } else {
            forms.add(form);
        }
        return form;
    }

    private CanonicalTemplate template(boolean hasSubject) {
        CanonicalTemplate known = hasSubject ? ofSubject : ofNobody;
        if (known != null) {
            return known;
        }
        CanonicalTemplate made = CanonicalTemplate.of(json(hasSubject ? HOLE : null), hasSubject ? 6 : 5);
        if (hasSubject) {
            ofSubject = made;
        } else {
            ofNobody = made;
        }
        return made;
    }

    private Map<String, Object> json(@Nullable Object subjectRef) {
        Map<String, Object> json = new TreeMap<>();
        RecordEntry.putStart(json, AuditEntry.RECORD, HOLE, tenant, writer, HOLE);
        RecordEntry.putTags(
                json, HOLE, HOLE, input.dataset(), input.producer(), input.purpose(), subjectRef, input.region());
        RecordEntry.putController(json, controller, regimes);
        json.put("policy", policy.toJson());
        json.put("input", input.toJson());
        json.put("recipients", HOLE);
        if (requeued != null) {
            RecordEntry.putRequeued(json, requeued);
        }
        RecordEntry.putOutcome(json, RecordEntry.Outcome.DECIDED, null);
        return json;
    }
}
