package io.sluice.protection.seal;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;

/** What became of the attempt to open a sealed record. */
public sealed interface Opened {
    /**
     * The record is what the gateway sealed, tags and all.
     *
     * @param tags the gateway's tags, verified
     * @param event what the producer sent
     */
    record Open(Tags tags, ClientEvent event) implements Opened {}

    /**
     * The record must be quarantined; nothing of it may be believed.
     *
     * @param code {@code HEADER_INVALID}, {@code SEAL_INVALID} or {@code KEY_UNAVAILABLE}
     */
    record Refused(ReasonCode code) implements Opened {}
}
