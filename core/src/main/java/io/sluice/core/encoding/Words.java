package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** Texts that are numbered from 0 and found by their bytes, so that none has to be decoded. Immutable, thread-safe. */
public final class Words {
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L; // 2^64 over the golden ratio
    private static final int FREE = -1;

    private final byte[][] words;
    private final int[] hashes;
    private final long[] heads;
    /** Numbers by hash, at least half of them {@link #FREE}; what is taken stands behind it. */
    private final int[] slots;

    private Words(byte[][] words) {
        this.words = words;
        this.hashes = new int[words.length];
        this.heads = new long[words.length];
        this.slots = new int[Integer.highestOneBit(Math.max(1, words.length)) * 4];
        Arrays.fill(slots, FREE);
        for (int number = 0; number < words.length; number++) {
            hashes[number] = hash(words[number], 0, words[number].length);
            heads[number] = head(words[number], 0, words[number].length);
            int slot = hashes[number] & slots.length - 1;
            while (slots[slot] != FREE) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = number;
        }
    }

    /** @param texts numbered in this order; of two that are alike the first one's number is found */
    public static Words of(Collection<String> texts) {
        return new Words(texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    /** The number of a text in UTF-8, -1 where it is none of these. */
    int number(byte[] utf8, int from, int end) {
        return number(hash(utf8, from, end), utf8, from, end);
    }

    /** @param hash of the text */
    int number(int hash, byte[] utf8, int from, int end) {
        int slot = hash & slots.length - 1;
        while (slots[slot] != FREE) {
            int number = slots[slot];
            if (hashes[number] == hash && is(number, utf8, from, end)) {
                return number;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return -1;
    }

    private boolean is(int number, byte[] utf8, int from, int end) {
        byte[] word = words[number];
        return word.length == end - from
                && heads[number] == head(utf8, from, end)
                && (word.length <= Long.BYTES || Arrays.equals(word, 0, word.length, utf8, from, end));
    }

    /** The first eight bytes: all that most names have. */
    private static long head(byte[] utf8, int from, int end) {
        return EightBytes.upTo(utf8, from, Math.min(end, from + Long.BYTES));
    }

    /** The hash of a text: eight bytes a step, since every name is hashed while its text is read. */
    static int hash(byte[] bytes, int from, int end) {
        long hash = (long) end - from;
        int at = from;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            hash = (hash ^ EightBytes.at(bytes, at)) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        if (at < end) {
            hash = (hash ^ EightBytes.upTo(bytes, at, end)) * MULTIPLIER;
        }
        return (int) (hash >>> 32);
    }
}
