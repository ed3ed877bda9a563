package io.sluice.gateway.publish;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;

/** Why a record was not written, or may not have been, as the caller is told. */
final class NotWritten {
    private NotWritten() {}

    /** The topic does not take it. */
    static RefusedException tooLarge() {
        return RefusedException.of(
                ProblemCode.BODY_TOO_LARGE, "The sealed event is larger than the topic takes; send a smaller one.");
    }

    /** Kafka said nothing, or no. */
    static RefusedException unavailable() {
        return RefusedException.of(
                ProblemCode.KAFKA_UNAVAILABLE,
                "Kafka did not acknowledge the event, so it may or may not be stored. Repeat the request with the same"
                        + " id: a repeat is released once.");
    }

    /** It was written, and Kafka does not say where. */
    static RefusedException placeUnknown() {
        return RefusedException.of(
                ProblemCode.KAFKA_UNAVAILABLE,
                "Kafka has the event but did not say where. Repeat the request with the same id: a repeat is released"
                        + " once.");
    }

    /** The topic is not known to be as planned. */
    static RefusedException unplanned() {
        return RefusedException.of(
                ProblemCode.KAFKA_UNAVAILABLE,
                "The gateway cannot store events now; its operator sees why. Repeat the request with the same id.");
    }

    /** Its activation is older than one that was sent. */
    static RefusedException fallen() {
        return RefusedException.of(
                ProblemCode.POLICY_UNAVAILABLE,
                "The policy in force here is older than one that was in force before. Repeat the request later.");
    }

    /** The writer's queue is full. */
    static RefusedException queueFull() {
        return RefusedException.of(
                ProblemCode.BACK_PRESSURE, "Too many events wait for Kafka. Repeat the request later.");
    }

    /** The gateway closes. */
    static RefusedException closing() {
        return RefusedException.of(
                ProblemCode.BACK_PRESSURE, "This gateway is shutting down. Repeat the request; another one answers.");
    }
}
