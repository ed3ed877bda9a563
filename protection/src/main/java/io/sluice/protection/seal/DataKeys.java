package io.sluice.protection.seal;

import io.sluice.core.audit.ReasonCode;
import io.sluice.protection.crypto.AesGcm;
import io.sluice.protection.keys.Unwrapped;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data keys of the records lately read: unwrapped once, kept for a bounded time, in bounded number; refusals are kept
 * as well, and the rate of unwraps is bounded. Confined to one thread.
 */
final class DataKeys {
    private static final Logger LOG = LoggerFactory.getLogger(DataKeys.class);

    /** Either a cipher or the reason why there is none. */
    record Answer(@Nullable AesGcm cipher, ReasonCode refusal, long expiresNanos) {}

    /** A wrapped key as a map's key: two wraps of one name differ, two names of one wrap too. */
    private record Wrap(String keyName, ByteBuffer wrapped) {}

    /** The door to the KMS. */
    interface Unwrapper {
        Unwrapped unwrap(String keyName, byte[] wrapped);
    }

    private final Unwrapper kms;
    private final UnwrapLimits limits;
    private final LongSupplier nanoTime;
    private final Map<Wrap, Answer> answers;
    private double allowance;
    private long allowedNanos;

    DataKeys(Unwrapper kms, UnwrapLimits limits, LongSupplier nanoTime) {
        this.kms = kms;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.allowance = limits.burst();
        this.allowedNanos = nanoTime.getAsLong();
        this.answers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Wrap, Answer> eldest) {
                return size() > limits.cacheEntries();
            }
        };
    }

    Answer of(SealForm form) {
        Wrap wrap = new Wrap(form.keyName(), ByteBuffer.wrap(form.wrapped()));
        long now = nanoTime.getAsLong();
        Answer known = answers.get(wrap);
        if (known != null && known.expiresNanos() - now > 0) {
            return known;
        }
        if (!allowed(now)) {
            return new Answer(null, ReasonCode.KEY_UNAVAILABLE, now); // not kept: the next record may be let through
        }
        Answer fresh = unwrap(form, now);
        answers.put(wrap, fresh);
        return fresh;
    }

    private Answer unwrap(SealForm form, long now) {
        Unwrapped unwrapped = kms.unwrap(form.keyName(), form.wrapped());
        if (unwrapped instanceof Unwrapped.Key key) {
            return cipher(key, now);
        }
        if (unwrapped == Unwrapped.Refused.INVALID) {
            return refused(ReasonCode.SEAL_INVALID, now + limits.refusalLife().toNanos());
        }
        if (unwrapped instanceof Unwrapped.OutOfReach outage) {
            LOG.warn("KMS not reachable code={}", outage.cause().code(), outage.cause());
        }
        return refused(ReasonCode.KEY_UNAVAILABLE, now + limits.unknownLife().toNanos());
    }

    private Answer cipher(Unwrapped.Key key, long now) {
        try {
            return key.secret().length() == AesGcm.KEY_BYTES
                    ? new Answer(
                            new AesGcm(key.secret()),
                            ReasonCode.SEAL_INVALID,
                            now + limits.keyLife().toNanos())
                    : refused(
                            ReasonCode.SEAL_INVALID, now + limits.refusalLife().toNanos());
        } finally {
            key.secret().destroy();
        }
    }

    private static Answer refused(ReasonCode code, long expiresNanos) {
        return new Answer(null, code, expiresNanos);
    }

    /** A token bucket. */
    private boolean allowed(long now) {
        allowance = Math.min(limits.burst(), allowance + (now - allowedNanos) * 1e-9 * limits.perSecond());
        allowedNanos = now;
        if (allowance < 1) {
            return false;
        }
        allowance -= 1;
        return true;
    }
}
