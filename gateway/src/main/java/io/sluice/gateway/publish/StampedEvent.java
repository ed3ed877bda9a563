package io.sluice.gateway.publish;

import io.sluice.protection.seal.SealedEvent;
import java.util.function.Supplier;

/**
 * An event sealed with the activation that admitted it.
 *
 * @param event what is written
 * @param activation the activation's number
 * @param anew admits, tags and seals it again, under the activation that is in force by then; throws {@code
 *     RefusedException} where that one does not take it
 */
public record StampedEvent(SealedEvent event, long activation, Supplier<StampedEvent> anew) {}
