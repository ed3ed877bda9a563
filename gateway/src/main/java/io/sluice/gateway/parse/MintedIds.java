package io.sluice.gateway.parse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Random UUIDs (RFC 9562, version 4) that nobody can guess, from the JDK's DRBG (NIST SP 800-90A). Each thread draws for
 * {@value #AT_ONCE} at a time: to ask for sixteen bytes alone costs several times as much, and a lock that all share.
 * Thread-safe.
 */
public final class MintedIds implements Supplier<UUID> {
    private static final int AT_ONCE = 64;
    private static final int UUID_BYTES = 16;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final SecureRandom random;
    private final ThreadLocal<Drawn> drawn;

    public MintedIds() {
        try {
            this.random = SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK has no DRBG", e);
        }
        this.drawn = ThreadLocal.withInitial(Drawn::new);
    }

    @Override
    public UUID get() {
        return drawn.get().next();
    }

    /** What one thread has in hand; no byte of it is used twice. */
    private final class Drawn {
        private final byte[] bytes = new byte[AT_ONCE * UUID_BYTES];
        private int used = bytes.length;

        UUID next() {
            if (used == bytes.length) {
                random.nextBytes(bytes);
                used = 0;
            }
            long high = (long) LONGS.get(bytes, used);
            long low = (long) LONGS.get(bytes, used + Long.BYTES);
            used += UUID_BYTES;
            return new UUID(high & 0xffff_ffff_ffff_0fffL | 0x4000L, low & 0x3fff_ffff_ffff_ffffL | 1L << 63);
        }
    }
}
