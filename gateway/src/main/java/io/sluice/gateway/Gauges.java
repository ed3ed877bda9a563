package io.sluice.gateway;

import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.spool.Spool;
import io.sluice.protection.seal.Sealer;
import io.sluice.serving.tls.ServerTls;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** Values that {@code /metrics} reads where they are kept: a name and a description for each. */
final class Gauges {
    private Gauges() {}

    static void ofSeals(GatewayMetrics metrics, Sealer sealer) {
        metrics.gauge("seal.key.age", "Seconds since the sealing key in use was made", () ->
                (double) sealer.keyAge().toSeconds());
        metrics.gauge("seal.key.uses", "Events sealed with the sealing key in use", sealer::keyUses);
        metrics.gauge("kms.unheard", "Seconds since the KMS answered last", () ->
                (double) sealer.kmsUnheard().toSeconds());
    }

    static void ofPolicy(GatewayMetrics metrics, PolicySource policies, Clock clock) {
        metrics.gauge("activation", "Activation stamped now, 0 for none", () ->
                (double) inForce(policies, clock, InForce::activation));
        metrics.gauge("policy.revision", "Revision in force, 0 for none", () ->
                (double) inForce(policies, clock, InForce::revision));
        metrics.gauge(
                "policy.expires.in", "Seconds until the revision in force ends, 0 for none", () -> (double) inForce(
                        policies,
                        clock,
                        policy -> Duration.between(clock.instant(), policy.expires())
                                .toSeconds()));
    }

    static void ofTls(GatewayMetrics metrics, ServerTls tls, Clock clock) {
        metrics.gauge(
                "certificate.expires.in",
                "Seconds until the gateway's own certificate ends, negative behind it",
                () -> (double)
                        Duration.between(clock.instant(), tls.certificateEnds()).toSeconds());
        metrics.gauge(
                "revocation.lists.expire.in",
                "Seconds until the first revocation list ends, negative behind it",
                () -> (double) Duration.between(clock.instant(), tls.revocationListsEnd())
                        .toSeconds());
    }

    static void ofSpool(GatewayMetrics metrics, Spool spool) {
        metrics.gauge("spool.bytes", "Bytes of events that wait on disk for Kafka", spool::bytes);
        metrics.gauge("spool.drained", "Events that went from disk to Kafka", spool::drained);
        metrics.gauge("spool.damaged.bytes", "Bytes on disk that were no whole event", spool::damagedBytes);
        metrics.gauge("spool.refused", "Events on disk that are larger than Kafka takes", spool::refusedEvents);
        metrics.gauge("spool.kept.bytes", "Bytes on disk that are kept and not drained", spool::keptBytes);
    }

    /** A number of the policy in force; 0 where there is none. */
    static long inForce(PolicySource policies, Clock clock, ToLongFunction<InForce> what) {
        return policies.current(clock.instant()).stream()
                .mapToLong(what)
                .findFirst()
                .orElse(0);
    }
}
