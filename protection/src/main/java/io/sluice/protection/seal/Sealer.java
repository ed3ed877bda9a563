package io.sluice.protection.seal;

import io.sluice.core.encoding.CanonicalWriter;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Tags;
import io.sluice.protection.crypto.AesGcm;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Kms;
import io.sluice.protection.keys.Reach;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Seals events for {@code events.ingress}: AES-256-GCM under a data key of this process and UTC day, the tags as
 * associated data, so that a record that is altered, re-tagged or moved does not open (P3) and Kafka holds nothing of
 * the payload in clear (P2).
 *
 * <p>Safe for several threads. The first seal of a day asks the keystore for a key, which takes some tens of
 * milliseconds; {@link #prepare} does that ahead of time. After {@link #close} it throws.
 */
public final class Sealer implements AutoCloseable {
    private static final long SECONDS_PER_DAY = 86_400;
    private static final Header CONTENT_TYPE = new Header(Headers.CONTENT_TYPE, SealForm.CONTENT_TYPE);

    /** What a thread seals one event after the other with. */
    private record Writers(BoundTags tags, CanonicalWriter attributes) {}

    private final Kms kms;
    private final Reach reach;
    private final String tenant;
    private final SecureRandom random;
    private final ThreadLocal<Writers> perThread;

    private volatile @Nullable DataKey current;
    /** Guarded by {@code this}. */
    private @Nullable DataKey prepared;

    private boolean closed;

    /** @param initial a data key to begin with, for golden files */
    Sealer(Kms kms, Reach reach, String tenant, SecureRandom random, @Nullable DataKey initial) {
        this.kms = kms;
        this.reach = reach;
        this.tenant = tenant;
        this.random = random;
        this.current = initial;
        this.perThread = ThreadLocal.withInitial(() -> new Writers(new BoundTags(tenant), new CanonicalWriter()));
    }

    /**
     * Seals one event.
     *
     * @throws SealException where a new period's key cannot be had, or the KMS was out of reach for longer than its limit
     * @throws IllegalArgumentException where an attribute of the event is not valid Unicode, or a tag exceeds 65,535 bytes
     */
    public SealedEvent seal(Tags tags, ClientEvent event) {
        if (!reach.lately()) {
            throw new SealException("the KMS is out of reach for longer than outageLimit");
        }
        Writers writers = perThread.get();
        BoundTags bound = writers.tags();
        Header[] headers = bound.encode(tags, 2);
        byte[] value = InnerEnvelope.encode(writers.attributes(), event, AesGcm.TAG_BYTES);
        long day = Math.floorDiv(tags.received().getEpochSecond(), SECONDS_PER_DAY);
        byte[] seal = sealInPlace(value, bound, day);
        headers[headers.length - 2] = CONTENT_TYPE;
        headers[headers.length - 1] = new Header(Headers.SEAL, seal);
        return new SealedEvent(bound.kafkaKey(tags), List.of(headers), value);
    }

    /**
     * Makes the key of a coming day, so that no request waits for it, and asks after the KMS. To be called off the event
     * loop, every minute.
     *
     * @throws SealException where the key cannot be had
     */
    public void prepare(LocalDate day) {
        boolean ignored = reach.now(); // it logs; whoever seals hears of it
        prepareKey(day);
    }

    private synchronized void prepareKey(LocalDate day) {
        requireOpen();
        DataKey key = current;
        if ((key == null || key.period().isBefore(day))
                && (prepared == null || prepared.period().isBefore(day))) {
            prepared = newKey(day);
        }
    }

    /** How many events were sealed with the data key in use. */
    public long keyUses() {
        DataKey key = current;
        return key == null ? 0 : key.uses();
    }

    /** How long ago the data key in use was made; zero where there is none. */
    public Duration keyAge() {
        DataKey key = current;
        return key == null ? Duration.ZERO : key.age();
    }

    /** How long ago the KMS answered last. */
    public Duration kmsUnheard() {
        return reach.unheard();
    }

    /** Overwrites the data key in memory. Records sealed so far stay readable to whoever may unwrap it. */
    @Override
    public synchronized void close() {
        closed = true;
        retire(current);
        retire(prepared);
        current = null;
        prepared = null;
    }

    /** @param value the envelope, which gives way to its seal @return the header */
    private byte[] sealInPlace(byte[] value, BoundTags bound, long day) {
        while (true) {
            DataKey key = keyFor(day);
            AesGcm cipher = key.cipher();
            byte[] header = cipher == null ? null : key.nextHeader();
            if (cipher == null || header == null) {
                replace(key); // used up or just retired: once in 2^32 seals, or at midnight
                continue;
            }
            cipher.seal(
                    header,
                    SealForm.NONCE_OFFSET,
                    bound.associatedData(),
                    bound.associatedLength(),
                    value,
                    0,
                    value.length - AesGcm.TAG_BYTES,
                    value,
                    0);
            return header;
        }
    }

    /** The key of that day or a later one: an event received just before midnight may take the new day's key. */
    private DataKey keyFor(long epochDay) {
        DataKey key = current;
        if (key != null && key.isFor(epochDay)) {
            return key;
        }
        synchronized (this) {
            requireOpen();
            DataKey present = current;
            if (present != null && present.isFor(epochDay)) {
                return present;
            }
            LocalDate day = LocalDate.ofEpochDay(epochDay);
            DataKey next = prepared;
            if (next == null || !next.period().equals(day)) {
                next = newKey(day);
            } else {
                prepared = null;
            }
            current = next;
            retire(present);
            return next;
        }
    }

    private synchronized void replace(DataKey usedUp) {
        requireOpen();
        if (current == usedUp) {
            current = newKey(usedUp.period());
            retire(usedUp);
        }
    }

    private DataKey newKey(LocalDate day) {
        String keyName = SealKeys.periodKey(day);
        SecretBytes secret = SecretBytes.random(AesGcm.KEY_BYTES, random);
        byte[] nonce = new byte[SealForm.NONCE_BYTES];
        random.nextBytes(nonce);
        Arrays.fill(nonce, 4, nonce.length, (byte) 0);
        try {
            kms.create(keyName);
            byte[] wrapped = kms.wrap(keyName, secret, SealForm.wrapBinding(tenant));
            return new DataKey(day, secret, new SealForm(nonce, keyName, wrapped));
        } catch (KeyAccessException e) {
            throw new SealException("no data key for " + keyName + ": " + e.code(), e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the sealer is closed");
        }
    }

    private static void retire(@Nullable DataKey key) {
        if (key != null) {
            key.retire();
        }
    }
}
