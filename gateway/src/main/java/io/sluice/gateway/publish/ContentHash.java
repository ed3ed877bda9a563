package io.sluice.gateway.publish;

import io.sluice.core.encoding.CanonicalWriter;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a producer sent and what it is taken for, as 128 bits of SHA-256 behind a key that never leaves the process: two
 * contents of one value cannot be made by who does not know it. Thread-safe: each thread has a digest of its own, which
 * holds nothing of an event once it is hashed.
 */
final class ContentHash {
    private static final int KEY_BYTES = 32;

    private final byte[] key = new byte[KEY_BYTES];
    private final ThreadLocal<Instance> instances = ThreadLocal.withInitial(Instance::new);

    ContentHash(SecureRandom random) {
        random.nextBytes(key);
    }

    /** A value. */
    record Value(long high, long low) {
        /** Whether two are one, in the same time wherever they differ. */
        boolean is(long otherHigh, long otherLow) {
            return ((high ^ otherHigh) | (low ^ otherLow)) == 0;
        }
    }

    Value of(Tags tags, ClientEvent event) {
        return instances.get().hash(key, tags, event);
    }

    private static final class Instance {
        private final MessageDigest digest = digest();
        private final CanonicalWriter about = new CanonicalWriter();
        private final byte[] out = new byte[32];

        Value hash(byte[] key, Tags tags, ClientEvent event) {
            try {
                about(tags, event);
                digest.update(key);
                digest.update(about.array(), 0, about.length());
                digest.update(event.data());
                digest.digest(out, 0, out.length);
            } catch (DigestException e) {
                throw new IllegalStateException("SHA-256 has 32 bytes", e);
            } finally {
                about.wipe();
                digest.reset(); // its block would keep the end of the data
            }
            ByteBuffer value = ByteBuffer.wrap(out);
            return new Value(value.getLong(0), value.getLong(Long.BYTES));
        }

        /** JSON values one behind the other, so that no two sequences of them are one text; the data follow a mark. */
        private void about(Tags tags, ClientEvent event) {
            about.string(
                            tags.isChoice()
                                    ? tags.kafkaKey()
                                    : "") // tells it from an event; its subject is not in its data
                    .string(tags.dataset())
                    .string(tags.purpose())
                    .string(event.type());
            optional(event.subject());
            optional(event.time());
            about.string(event.contentType()).value(event.extensions()).raw('=');
        }

        private void optional(@Nullable String text) {
            if (text == null) {
                about.raw('-');
            } else {
                about.string(text);
            }
        }

        private static MessageDigest digest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java platform has SHA-256", e);
            }
        }
    }
}
