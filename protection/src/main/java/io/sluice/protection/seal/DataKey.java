package io.sluice.protection.seal;

import io.sluice.protection.crypto.AesGcm;
import io.sluice.protection.crypto.SecretBytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The sealing key of this process for one period. Never stored but wrapped, never restored, so its nonces may count
 * (NIST SP 800-38D section 8.2.1): 4 random bytes, then a counter that ends at {@link #MAX_USES}.
 *
 * <p>Safe for several threads: each has a cipher of its own, the counter is shared.
 */
final class DataKey {
    /** Seals under one data key; then it is replaced. */
    static final long MAX_USES = 1L << 32;

    private final LocalDate period;
    private final long epochDay;
    /** Of every seal but for the counter of its nonce. */
    private final byte[] header;

    private final SecretBytes key;
    private final AtomicLong uses;
    private final long madeNanos = System.nanoTime();
    private final ThreadLocal<@Nullable AesGcm> ciphers = new ThreadLocal<>();

    /** @param form its nonce holds the 4 random bytes and the first counter value */
    DataKey(LocalDate period, SecretBytes key, SealForm form) {
        this.period = period;
        this.epochDay = period.toEpochDay();
        this.key = key;
        this.header = form.toHeader();
        this.uses = new AtomicLong(ByteBuffer.wrap(form.nonce()).getLong(4));
    }

    LocalDate period() {
        return period;
    }

    /** Whether it is of that day of the epoch or a later one. */
    boolean isFor(long day) {
        return epochDay >= day;
    }

    /** How many seals were made with it. */
    long uses() {
        return uses.get();
    }

    /** How long ago it was made. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - madeNanos);
    }

    /** The header of the next seal, with a nonce that no other call gets; null where the key is used up. */
    byte @Nullable [] nextHeader() {
        long count = uses.getAndIncrement();
        if (count < 0 || count >= MAX_USES) {
            return null;
        }
        byte[] next = header.clone();
        ByteBuffer.wrap(next).putLong(SealForm.NONCE_OFFSET + 4, count);
        return next;
    }

    /** This thread's cipher; null once the key is retired. */
    @Nullable
    AesGcm cipher() {
        AesGcm cipher = ciphers.get();
        if (cipher == null) {
            synchronized (this) {
                if (key.isDestroyed()) {
                    return null;
                }
                cipher = new AesGcm(key);
            }
            ciphers.set(cipher);
        }
        return cipher;
    }

    /** Overwrites the key; threads that have a cipher of it may finish what they are doing. */
    synchronized void retire() {
        key.destroy();
    }
}
