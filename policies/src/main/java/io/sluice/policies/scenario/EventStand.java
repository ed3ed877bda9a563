package io.sluice.policies.scenario;

/**
 * Carries a scenario's event through admission, decision and protection. It stands outside this room, which sees no key: whoever
 * runs scenarios brings it. Not thread-safe.
 */
@FunctionalInterface
public interface EventStand {
    /** Posts an event, whose subject has chosen so far what stands. */
    EventOutcome post(PostedEvent event, Standing standing);
}
