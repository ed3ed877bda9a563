package io.sluice.audit.witness;

import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A witness that a log asks.
 *
 * @param keys its public keys, of one name, at least one; its answer must bear a signature of each
 * @param prefix the address before {@code /add-checkpoint}, https, or http on this machine; no slash at its end
 */
public record WitnessAddress(List<CosignerKey> keys, URI prefix) {
    public WitnessAddress {
        keys = List.copyOf(keys);
        Objects.requireNonNull(prefix, "prefix is null");
        if (keys.isEmpty() || keys.stream().map(CosignerKey::name).distinct().count() > 1) {
            throw new IllegalArgumentException("a witness has one name, and a key at least");
        }
        boolean local = List.of("127.0.0.1", "localhost", "[::1]").contains(String.valueOf(prefix.getHost()));
        if (!"https".equals(prefix.getScheme()) && !("http".equals(prefix.getScheme()) && local)) {
            throw new IllegalArgumentException(
                    "a witness's address starts with https://, or with http:// on this machine, not " + prefix);
        }
        if (prefix.toString().endsWith("/")) {
            throw new IllegalArgumentException("a witness's address has no slash at its end: " + prefix);
        }
    }

    /**
     * Reads {@code KEY [KEY] ADDRESS}.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static WitnessAddress parse(String text) {
        String[] words = text.trim().split(" +");
        if (words.length < 2) {
            throw new IllegalArgumentException("a witness reads: its public key, a blank, its address; not " + text);
        }
        try {
            return new WitnessAddress(
                    Arrays.stream(words, 0, words.length - 1)
                            .map(CosignerKey::parse)
                            .toList(),
                    URI.create(words[words.length - 1]));
        } catch (NoteException e) {
            throw new IllegalArgumentException(words[0] + " is no witness's public key: " + e.getMessage(), e);
        }
    }

    /** The witness's name. */
    public String name() {
        return keys.get(0).name();
    }
}
