package io.sluice.protection.seal;

import java.util.Map;

/**
 * A record for {@code events.ingress}. Nothing in it is readable but the tags. The arrays are the caller's.
 *
 * @param key Kafka key
 * @param headers headers in the order in which they are written
 * @param value ciphertext and tag
 */
public record SealedEvent(byte[] key, Map<String, byte[]> headers, byte[] value) {
    @Override
    public String toString() {
        return "SealedEvent[" + value.length + " bytes]";
    }
}
