package io.sluice.gateway;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.gateway.admit.InForce;
import java.util.function.Function;

/**
 * An event or choice on its way, before a policy has spoken for the last time.
 *
 * @param event what the producer sent
 * @param idMinted whether the gateway made its id up
 * @param under asks a policy everything from the sender on: its tags under that policy; throws {@code RefusedException}
 *     where it does not take it. Holds no tree of the payload.
 */
record Draft(ClientEvent event, boolean idMinted, Function<InForce, Tags> under) {
    @Override
    public String toString() {
        return "Draft[" + event + "]";
    }
}
