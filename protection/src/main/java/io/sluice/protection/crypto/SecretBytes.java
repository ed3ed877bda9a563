package io.sluice.protection.crypto;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;

/**
 * Key material in memory.
 *
 * <p>Promises: the bytes leave this package only in wrapped form, {@link #toString} shows nothing of them, comparison
 * takes constant time, and {@link #destroy} overwrites them; any use after that throws. It does <em>not</em> promise
 * that no other copy exists: the JDK's ciphers keep their own expanded keys until they are collected, and the garbage
 * collector may have moved the array.
 *
 * <p>Safe for use by several threads: a use that races with {@link #destroy} either sees the whole key or throws, never
 * a key of zeros.
 */
public final class SecretBytes {
    private final byte[] bytes;
    private boolean destroyed;

    private SecretBytes(byte[] owned) {
        this.bytes = owned;
    }

    /** A copy of the given bytes; the caller should overwrite its own. */
    public static SecretBytes copyOf(byte[] bytes) {
        return new SecretBytes(requireNonNull(bytes, "bytes is null").clone());
    }

    /** Fresh random bytes. */
    public static SecretBytes random(int length, SecureRandom random) {
        byte[] fresh = new byte[length];
        random.nextBytes(fresh);
        return new SecretBytes(fresh);
    }

    /** Takes the array over without copying it; for arrays that this package has just made. */
    static SecretBytes owning(byte[] bytes) {
        return new SecretBytes(bytes);
    }

    /** Number of bytes; known also after {@link #destroy}. */
    public int length() {
        return bytes.length;
    }

    /** Overwrites the bytes. May be called more than once. */
    public synchronized void destroy() {
        Arrays.fill(bytes, (byte) 0);
        destroyed = true;
    }

    /** Whether {@link #destroy} was called. */
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    /** A copy of the bytes, for this package alone; whoever calls it overwrites the copy. */
    synchronized byte[] copy() {
        if (destroyed) {
            throw new IllegalStateException("the secret has been destroyed");
        }
        return bytes.clone();
    }

    /** What {@code use} makes of a copy of the bytes, which is overwritten afterwards: {@code use} keeps nothing of it. */
    public <T> T with(Function<byte[], T> use) {
        byte[] copy = copy();
        try {
            return use.apply(copy);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /** The bytes as the JDK wants to have them. */
    SecretKeySpec toKey(String algorithm) {
        byte[] copy = copy();
        try {
            return new SecretKeySpec(copy, algorithm);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof SecretBytes that)) {
            return false;
        }
        byte[] theirs = that.copy();
        byte[] ours = copy();
        try {
            return MessageDigest.isEqual(ours, theirs);
        } finally {
            Arrays.fill(ours, (byte) 0);
            Arrays.fill(theirs, (byte) 0);
        }
    }

    /** Constant: a hash of key material would be a fact about it. */
    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "SecretBytes[hidden]";
    }
}
