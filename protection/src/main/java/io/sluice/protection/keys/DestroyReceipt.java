package io.sluice.protection.keys;

import java.time.Instant;

/**
 * A KMS's word that a wrapping key is destroyed.
 *
 * @param keyName the name it had
 * @param id its id in the service, as {@link KmsKey#id}
 * @param effective when the destruction takes or took effect: until then the service itself could still undo it
 */
public record DestroyReceipt(String keyName, String id, Instant effective) {}
