package io.sluice.protection.seal;

import java.util.List;

/**
 * A record for {@code events.ingress}. Nothing in it is readable but the tags. Events share what is the
 * same in them: nobody changes an array, and Kafka only reads them.
 *
 * @param key Kafka key
 * @param headers headers in the order in which they are written
 * @param value ciphertext and tag
 */
public record SealedEvent(byte[] key, List<Header> headers, byte[] value) {
    @Override
    public String toString() {
        return "SealedEvent[" + value.length + " bytes]";
    }
}
