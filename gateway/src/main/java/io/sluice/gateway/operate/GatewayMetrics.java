package io.sluice.gateway.operate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.serving.tls.HandshakeFault;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/** What is counted. Labels come from closed enums only, never from a request. Thread-safe. */
public final class GatewayMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<ProblemCode, Counter> refused = new EnumMap<>(ProblemCode.class);
    private final Map<HandshakeFault, Counter> handshakes = new EnumMap<>(HandshakeFault.class);
    private final Counter accepted;
    private final Counter repeated;
    private final Map<ConnectionRefusal, Counter> connections = new EnumMap<>(ConnectionRefusal.class);
    private final Map<ConnectionEnd, Counter> ends = new EnumMap<>(ConnectionEnd.class);
    private final Timer answers;

    public GatewayMetrics() {
        for (ProblemCode code : ProblemCode.values()) {
            refused.put(
                    code,
                    Counter.builder("sluice.gateway.refused")
                            .description("Requests, and events of batches, refused, by problem code")
                            .tag("code", code.code())
                            .register(registry));
        }
        for (HandshakeFault fault : HandshakeFault.values()) {
            handshakes.put(
                    fault,
                    Counter.builder("sluice.gateway.tls.refused")
                            .description("TLS handshakes refused, by reason")
                            .tag("reason", fault.code())
                            .register(registry));
        }
        accepted = Counter.builder("sluice.gateway.accepted")
                .description("Events and choices acknowledged")
                .register(registry);
        repeated = Counter.builder("sluice.gateway.repeated")
                .description("Repeats answered from memory, nothing written")
                .register(registry);
        for (ConnectionRefusal reason : ConnectionRefusal.values()) {
            connections.put(
                    reason,
                    Counter.builder("sluice.gateway.connections.refused")
                            .description("Connections closed before they asked for anything, by reason")
                            .tag("reason", reason.code())
                            .register(registry));
        }
        for (ConnectionEnd reason : ConnectionEnd.values()) {
            ends.put(
                    reason,
                    Counter.builder("sluice.gateway.connections.ended")
                            .description("Connections that were let in and ended by the gateway, by reason")
                            .tag("reason", reason.code())
                            .register(registry));
        }
        answers = Timer.builder("sluice.gateway.answer")
                .description("Time from request head to answer, accepted requests")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
    }

    /** An event or choice was acknowledged. */
    public void accepted(boolean repeat) {
        (repeat ? repeated : accepted).increment();
    }

    /** A request was answered of which something was accepted. */
    public void answered(Duration sinceHead) {
        answers.record(sinceHead);
    }

    /** A request was refused, or an event of a batch. */
    public void refused(ProblemCode code) {
        counter(refused, code).increment();
    }

    /** A handshake was refused. */
    public void handshakeRefused(HandshakeFault fault) {
        counter(handshakes, fault).increment();
    }

    /** A connection was closed before it asked for anything. */
    public void refused(ConnectionRefusal reason) {
        counter(connections, reason).increment();
    }

    /** A connection that was let in was ended. */
    public void ended(ConnectionEnd reason) {
        counter(ends, reason).increment();
    }

    /** Shows a value that others keep. @param name dotted, without the prefix */
    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder("sluice.gateway." + name, value::getAsDouble)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** How many requests were refused with a code. */
    public double refusedCount(ProblemCode code) {
        return counter(refused, code).count();
    }

    /** How many handshakes were refused for a reason. */
    public double handshakesRefused(HandshakeFault fault) {
        return counter(handshakes, fault).count();
    }

    /** How many connections were closed for a reason. */
    public double refusedCount(ConnectionRefusal reason) {
        return counter(connections, reason).count();
    }

    /** How many connections that were let in were ended for a reason. */
    public double endedCount(ConnectionEnd reason) {
        return counter(ends, reason).count();
    }

    /** Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    private static <E extends Enum<E>> Counter counter(Map<E, Counter> counters, E label) {
        return Objects.requireNonNull(counters.get(label), "every constant has a counter");
    }
}
