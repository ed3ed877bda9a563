package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.RecipientOutcome;
import io.sluice.policies.shadow.ShadowTally;
import io.sluice.protection.keys.EnvelopeKeys;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Counts of the job, under bounded names: never an id of a subject, recipient or producer. */
final class ProtectMetrics {
    private final TaskPolicy policy;
    private final Counter decided;
    private final Counter duplicates;
    private final Counter choices;
    private final Counter notices;
    private final Counter views;
    private final Counter withheld;
    private final Counter requeued;
    private final Counter requeuesRefused;
    private final Map<ReasonCode, Counter> quarantined = new EnumMap<>(ReasonCode.class);

    ProtectMetrics(MetricGroup group, EnvelopeKeys envelopes, TaskPolicy policy) {
        this.policy = policy;
        MetricGroup own = group.addGroup("sluice");
        decided = own.counter("recordsDecided");
        duplicates = own.counter("recordsDuplicate");
        choices = own.counter("choicesApplied");
        notices = own.counter("noticesReleased");
        views = own.counter("viewsReleased");
        withheld = own.counter("viewsWithheld");
        requeued = own.counter("recordsRequeued");
        requeuesRefused = own.counter("requeuesRefused");
        own.<Long, Gauge<Long>>gauge(
                "envelopeKeyAgeSeconds", () -> envelopes.oldestAge().toSeconds());
        own.<Long, Gauge<Long>>gauge("envelopeKeyUses", envelopes::mostUses);
        own.<Long, Gauge<Long>>gauge("policyActivation", policy::activation);
        own.<Long, Gauge<Long>>gauge("policyRevision", policy::revision);
        own.<Long, Gauge<Long>>gauge("policyExpiresInSeconds", policy::expiresInSeconds);
        own.<Long, Gauge<Long>>gauge("policyStatusUnwritten", policy::unwritten);
        own.<Long, Gauge<Long>>gauge("shadowRecords", () -> policy.shadowed(ShadowTally::records));
        own.<Long, Gauge<Long>>gauge("shadowDiffering", () -> policy.shadowed(ShadowTally::differing));
        own.<Long, Gauge<Long>>gauge("shadowFailures", () -> policy.shadowed(ShadowTally::failed));
        for (ReasonCode reason : ReasonCode.values()) {
            quarantined.put(reason, own.addGroup("reason", reason.code()).counter("quarantined"));
        }
    }

    void decided(ProtectedRecord record) {
        decided.inc();
        policy.decided(record.decided().opened().activation());
        for (RecipientOutcome outcome : record.outcomes()) {
            switch (outcome.disposition()) {
                case RELEASE -> views.inc();
                case WITHHOLD -> withheld.inc();
                case QUARANTINE -> {
                    if (outcome.code() != null) {
                        quarantined(outcome.code());
                    }
                }
            }
        }
    }

    void duplicate() {
        duplicates.inc();
    }

    void requeued() {
        requeued.inc();
    }

    void requeueRefused() {
        requeuesRefused.inc();
    }

    void applied(int told) {
        choices.inc();
        notices.inc(told);
    }

    @SuppressWarnings("NullAway") // every constant has its counter
    void quarantined(ReasonCode reason) {
        quarantined.get(reason).inc();
    }
}
