package io.sluice.gateway.parse;

import io.sluice.core.event.Choice;

/**
 * A choice that parsed: what {@code POST /v1/subjects/choices} carries.
 *
 * @param controller id of the controller whose subject chose
 * @param scheme name space of the subject's id
 * @param subject the subject's id, in clear; it goes no further than the reference
 * @param choice what was decided
 * @param id idempotency key, or a minted UUID
 * @param idMinted whether the gateway made the id up
 */
public record ChoiceRequest(
        String controller, String scheme, String subject, Choice choice, String id, boolean idMinted) {
    @Override
    public String toString() {
        return "ChoiceRequest[" + choice.kind().code() + "]";
    }
}
