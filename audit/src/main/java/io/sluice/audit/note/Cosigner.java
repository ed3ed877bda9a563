package io.sluice.audit.note;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A witness's private key, or a log's second one: it signs that a checkpoint was seen, and when. Kept as a line {@code
 * PRIVATE+KEY+name+hex id+base64(type || seed)} in a file of mode 600, which holds a key of each type that the witness
 * signs with. Its text never stands in {@link #toString} or in a message. Immutable.
 */
public final class Cosigner {
    private static final String PREFIX = "PRIVATE+KEY+";
    private static final int SEED_BYTES = 32;

    private final byte[] seed;
    private final CosignerKey verifier;

    private Cosigner(String name, CosignatureType type, byte[] seed) {
        this.seed = seed.clone();
        this.verifier = new CosignerKey(name, type, type.publicKey(seed));
    }

    /** Makes a new key. */
    public static Cosigner generate(String name, CosignatureType type, SecureRandom random) {
        KeyText.requireName(name);
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return new Cosigner(name, type, seed);
    }

    /**
     * Reads the text form.
     *
     * @throws NoteException for any other form, type or id
     */
    static Cosigner parse(String text) {
        String[] parts =
                text.startsWith(PREFIX) ? text.substring(PREFIX.length()).split("\\+", 3) : new String[0];
        if (parts.length != 3) {
            throw new NoteException("a witness's key reads PRIVATE+KEY+name+id+key");
        }
        byte[] typed = KeyText.base64(parts[2], "a witness's key");
        if (typed.length != 1 + SEED_BYTES) {
            throw new NoteException("a witness's key has a byte for its type and a seed of 32");
        }
        Cosigner key = new Cosigner(parts[0], CosignatureType.of(typed[0]), Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.verifier.id().equals(KeyText.keyId(parts[1]))) {
            throw new NoteException("the witness's key has an id that does not belong to its name and key");
        }
        return key;
    }

    /**
     * Reads the keys of a witness, a line each.
     *
     * @throws IOException where the file cannot be read
     * @throws NoteException where it holds no keys, keys of two names, two of a type, or others may read it
     */
    public static List<Cosigner> read(Path file) throws IOException {
        List<Cosigner> keys = new ArrayList<>();
        Set<CosignatureType> types = new HashSet<>();
        for (String line : SecretFile.read(file).split("\n", -1)) {
            Cosigner key = parse(line);
            if (!types.add(key.verifier.type())
                    || !key.verifier
                            .name()
                            .equals(
                                    keys.isEmpty()
                                            ? key.verifier.name()
                                            : keys.get(0).verifier.name())) {
                throw new NoteException(file + " holds more than the keys of one witness, one of each type");
            }
            keys.add(key);
        }
        return List.copyOf(keys);
    }

    /**
     * Reads the ML-DSA-44 key of a log, the one line of its file.
     *
     * @throws IOException where the file cannot be read
     * @throws NoteException where it holds anything else, or others may read it
     */
    public static Cosigner ofLog(Path file) throws IOException {
        List<Cosigner> keys = read(file);
        if (keys.size() != 1 || keys.get(0).verifier.type() != CosignatureType.ML_DSA_44) {
            throw new NoteException(file + " holds not one key of type ML-DSA-44 (06) alone");
        }
        return keys.get(0);
    }

    /** Writes the keys of a witness to a new file that only the owner may read. */
    public static void write(Path file, List<Cosigner> keys) throws IOException {
        StringBuilder text = new StringBuilder();
        keys.forEach(key -> text.append(key.text()).append('\n'));
        SecretFile.create(file, text.toString());
    }

    /** The public half. */
    public CosignerKey verifier() {
        return verifier;
    }

    /** The signature line over a checkpoint's text, with its line end. */
    public String line(String text, Instant time) {
        long seconds = time.getEpochSecond();
        CosignatureType type = verifier.type();
        byte[] signature = type.sign(seed, type.message(verifier.name(), seconds, text));
        byte[] timestamped = ByteBuffer.allocate(Long.BYTES + signature.length)
                .putLong(seconds)
                .put(signature)
                .array();
        return new NoteSignature(verifier.name(), verifier.id(), timestamped).line();
    }

    @Override
    public String toString() {
        return "Cosigner[" + verifier.name() + "+" + verifier.id() + "]";
    }

    private String text() {
        byte[] typed = new byte[1 + SEED_BYTES];
        typed[0] = verifier.type().code();
        System.arraycopy(seed, 0, typed, 1, SEED_BYTES);
        return PREFIX + verifier.name() + "+" + verifier.id() + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
