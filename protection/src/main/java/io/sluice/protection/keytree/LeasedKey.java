package io.sluice.protection.keytree;

import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A subject's key, for as long as the registry holds the lease of its tree. It may be kept: once the lease is over or a
 * newer revision is in force it is overwritten and gives nothing any more.
 *
 * <p>Safe for several threads. A use that has begun ends; the key is overwritten right after.
 */
public final class LeasedKey implements KeyAnswer {
    private final KeyId id;
    private final LeafName name;
    private final SecretBytes secret;
    private final BooleanSupplier leased;

    /** Guarded by this. */
    private int users;

    private boolean wiped;

    /** @param leased whether the lease holds now; wipes what is to be wiped before it says no */
    LeasedKey(KeyId id, LeafName name, SecretBytes owned, BooleanSupplier leased) {
        this.id = id;
        this.name = name;
        this.secret = owned;
        this.leased = leased;
    }

    /** The public name of the key: stands in the ciphertexts made under it. */
    public KeyId id() {
        return id;
    }

    /** The generation of each owner, in the order of {@link Owners#subjects}: what an erasure has to reach. */
    public List<Integer> generations() {
        return name.generations();
    }

    /**
     * Uses the key, or gives nothing where it was wiped: ask the registry anew. {@code use} is short, and neither keeps the
     * secret nor a cipher that was set up with it.
     */
    public <R> Optional<R> use(Function<SecretBytes, R> use) {
        // The lease is asked before the count and without a monitor: to say no it wipes keys, this one among them.
        if (!leased.getAsBoolean() || !begin()) {
            return Optional.empty();
        }
        try {
            return Optional.of(use.apply(secret));
        } finally {
            end();
        }
    }

    /**
     * A key for one use, derived from this one; nothing where this one was wiped. It is the caller's, who destroys it with
     * the record at hand: an erasure reaches it by its end.
     */
    public Optional<SecretBytes> derive(SubjectUse purpose) {
        return use(secret -> {
            byte[] derived = new HmacSha256(secret).of(purpose.block());
            try {
                return SecretBytes.copyOf(derived);
            } finally {
                Arrays.fill(derived, (byte) 0);
            }
        });
    }

    /** Overwrites the key; where it is in use, when that ends. */
    synchronized void wipe() {
        wiped = true;
        if (users == 0) {
            secret.destroy();
        }
    }

    private synchronized boolean begin() {
        if (!wiped) {
            users++;
        }
        return !wiped;
    }

    private synchronized void end() {
        users--;
        if (wiped && users == 0) {
            secret.destroy();
        }
    }

    @Override
    public String toString() {
        return "LeasedKey[" + id + ", hidden]";
    }
}
