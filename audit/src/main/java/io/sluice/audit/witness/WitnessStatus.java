package io.sluice.audit.witness;

import java.time.Instant;
import java.util.Optional;

/**
 * How a log gets on with one of its witnesses.
 *
 * @param name the witness's
 * @param size entries under the checkpoint that it cosigned last, as far as this process knows; 0 for none
 * @param last when this process got its signature last; empty for not yet
 * @param problem why it does not cosign now; empty where it does
 */
public record WitnessStatus(String name, long size, Optional<Instant> last, Optional<String> problem) {}
