package io.sluice.audit.operate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.audit.append.AppenderStatus;
import io.sluice.audit.console.ConsoleStatus;
import io.sluice.audit.verify.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What an operator watches of a log: read when it is asked for, from what the log's builder and the console know anyway. What is
 * not known is NaN. Labels are verdicts and the configured witnesses. Thread-safe.
 */
public final class AuditMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<AppenderStatus> builder;

    /**
     * Of a log's builder.
     *
     * @param witnesses names of those who cosign
     */
    public AuditMetrics(Supplier<AppenderStatus> builder, List<String> witnesses) {
        this.builder = builder;
        ofBuilder("log.entries", "Entries in the log", AppenderStatus::size);
        ofBuilder(
                "log.waiting.offsets",
                "Offsets of audit.entries that are not in the log yet",
                status -> status.waiting().isPresent() ? status.waiting().getAsLong() : Double.NaN);
        for (String name : witnesses) {
            gauge(
                    "witness.cosigned.timestamp.seconds",
                    "When the witness's last cosignature was got, Unix time",
                    Tags.of("witness", name),
                    () -> builder.get().witnesses().stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst()
                            .map(one -> seconds(one.last()))
                            .orElse(Double.NaN));
        }
    }

    /** Adds what a console knows: its index, its verification, and when a review is due. */
    public void console(Supplier<ConsoleStatus> console) {
        gauge(
                "index.lag.entries",
                "Entries of the log that the console's index has not yet",
                Tags.empty(),
                () -> Math.max(0, builder.get().size() - console.get().indexed()));
        gauge(
                "verified.timestamp.seconds",
                "When the last verification of the whole log ended that could read it, Unix time",
                Tags.empty(),
                () -> seconds(console.get().verified()));
        gauge(
                "verification.failed",
                "1 where the last verification could not read the log, else 0",
                Tags.empty(),
                () -> console.get().unverified().isPresent() ? 1 : 0);
        verdict(console, "intact", ConsoleStatus::intact);
        verdict(console, "complete", ConsoleStatus::complete);
        verdict(console, "witnessed", ConsoleStatus::witnessed);
        gauge(
                "review.due.timestamp.seconds",
                "Until when the activity has to be reviewed again, Unix time",
                Tags.empty(),
                () -> seconds(console.get().reviewDue()));
        gauge(
                "certificate.ends.timestamp.seconds",
                "When the console's own certificate ends, Unix time",
                Tags.empty(),
                () -> console.get().certificateEnds().getEpochSecond());
        gauge(
                "revocation.lists.end.timestamp.seconds",
                "When the first of the console's revocation lists ends, Unix time",
                Tags.empty(),
                () -> console.get().revocationListsEnd().getEpochSecond());
    }

    /** 1 where it holds, 0 where it is open, -1 where it fails, NaN where nobody asked. */
    private void verdict(
            Supplier<ConsoleStatus> console, String name, Function<ConsoleStatus, Optional<Verdict>> which) {
        gauge(
                "verdict",
                "Of the last verification: 1 holds, 0 open, -1 fails",
                Tags.of("verdict", name),
                () -> which.apply(console.get())
                        .map(verdict -> switch (verdict) {
                            case HOLDS -> 1.0;
                            case OPEN -> 0.0;
                            case FAILS -> -1.0;
                            case NOT_ASKED -> Double.NaN;
                        })
                        .orElse(Double.NaN));
    }

    private void ofBuilder(String name, String description, ToDoubleFunction<AppenderStatus> value) {
        gauge(name, description, Tags.empty(), () -> value.applyAsDouble(builder.get()));
    }

    private void gauge(String name, String description, Tags tags, Supplier<Number> value) {
        Gauge.builder("sluice.audit." + name, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private static double seconds(Optional<Instant> time) {
        return time.map(at -> (double) at.getEpochSecond()).orElse(Double.NaN);
    }

    /** Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }
}
