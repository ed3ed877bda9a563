package io.sluice.reveal.operate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.protection.transform.Sf1Answer;
import io.sluice.reveal.answer.ProblemCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/** What is counted. Labels come from closed lists only, never from a request. Thread-safe. */
public final class RevealMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Counter> answers = new HashMap<>();
    private final Map<ProblemCode, Counter> refused = new EnumMap<>(ProblemCode.class);
    private final Counter handshakes;

    public RevealMetrics() {
        List<String> known = new ArrayList<>(List.of("OK", "REFUSED"));
        for (Sf1Answer.Refused refusal : Sf1Answer.Refused.values()) {
            known.add(refusal.name());
        }
        for (String answer : known) {
            answers.put(
                    answer,
                    Counter.builder("sluice.reveal.values")
                            .description("Values asked for, by answer")
                            .tag("answer", answer)
                            .register(registry));
        }
        for (ProblemCode code : ProblemCode.values()) {
            refused.put(
                    code,
                    Counter.builder("sluice.reveal.refused")
                            .description("Requests refused as a whole, by problem code")
                            .tag("code", code.code())
                            .register(registry));
        }
        handshakes = Counter.builder("sluice.reveal.tls.refused")
                .description("TLS handshakes refused")
                .register(registry);
    }

    /** A value was answered. */
    public void answered(String answer) {
        Objects.requireNonNull(answers.get(answer), "every answer has a counter")
                .increment();
    }

    /** A request was refused. */
    public void refused(ProblemCode code) {
        Objects.requireNonNull(refused.get(code), "every code has a counter").increment();
    }

    /** A handshake was refused. */
    public void handshakeRefused() {
        handshakes.increment();
    }

    /** Shows a value that others keep. @param name dotted, without the prefix */
    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder("sluice.reveal." + name, value::getAsDouble)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }
}
