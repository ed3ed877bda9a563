package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import java.nio.ByteBuffer;

/**
 * Which leaf is a subject's: a keyed hash, so that a state of the tree says of nobody whether they were erased, but to
 * holders of the index key. Safe for several threads.
 */
final class SubjectIndex {
    /** Highest generation. A subject can be erased, and return, that often. */
    static final int MAX_GENERATION = 255;

    private final byte[] prefix;
    private final ThreadLocal<HmacSha256> instances;

    SubjectIndex(String tenant, SecretBytes key) {
        this.prefix = new LengthPrefixed()
                .text("sluice-subject-index")
                .u8(1)
                .text(tenant)
                .toBytes();
        this.instances = ThreadLocal.withInitial(() -> new HmacSha256(key));
    }

    LeafIndex of(SubjectRef subject, int generation) {
        byte[] rest =
                Wire.u32(new LengthPrefixed().text(subject.value()), generation).toBytes();
        byte[] out = new byte[HmacSha256.BYTES];
        HmacSha256 hmac = instances.get();
        hmac.update(prefix, 0, prefix.length);
        hmac.update(rest, 0, rest.length);
        hmac.finish(out, 0);
        return LeafIndex.read(ByteBuffer.wrap(out));
    }
}
