package io.sluice.audit.note;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * A log's private Ed25519 key, kept in the text form of golang.org/x/mod/sumdb/note
 * ({@code PRIVATE+KEY+name+hex id+base64(01 || seed)}). Its text never stands in {@link #toString} or in a message.
 * Immutable.
 */
public final class SigningKey {
    private static final String PREFIX = "PRIVATE+KEY+";

    private final PrivateKey key;
    private final VerifierKey verifier;

    private SigningKey(PrivateKey key, VerifierKey verifier) {
        this.key = key;
        this.verifier = verifier;
    }

    /** Makes a new key. */
    public static SigningKey generate(String name, SecureRandom random) {
        byte[] seed = new byte[Ed25519.KEY_SIZE];
        random.nextBytes(seed);
        try {
            return ofSeed(name, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /**
     * Reads the text form.
     *
     * @throws NoteException for any other form, type or id
     */
    public static SigningKey parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new NoteException("a signing key starts with PRIVATE+KEY+");
        }
        String[] parts = text.substring(PREFIX.length()).split("\\+", 3);
        if (parts.length != 3) {
            throw new NoteException("a signing key reads PRIVATE+KEY+name+id+key");
        }
        byte[] typed = KeyText.base64(parts[2], "a signing key");
        if (typed.length != 1 + Ed25519.KEY_SIZE || typed[0] != Ed25519.TYPE) {
            throw new NoteException("the signing key is not of type Ed25519 (01)");
        }
        SigningKey key = ofSeed(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.verifier.id().equals(KeyText.keyId(parts[1]))) {
            throw new NoteException("the signing key's id does not belong to its name and key");
        }
        return key;
    }

    /**
     * Reads a key from its file, which only the owner may read where the file system has such rights.
     *
     * @throws IOException where the file cannot be read
     * @throws NoteException where it holds no key or others may read it
     */
    public static SigningKey read(Path file) throws IOException {
        return parse(SecretFile.read(file));
    }

    /** Reads the key of {@code file}, or makes it (mode 600) where there is none yet. The name must be the same. */
    public static SigningKey readOrCreate(Path file, String name, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            generate(name, random).write(file);
        }
        SigningKey key = read(file);
        if (!key.verifier.name().equals(name)) {
            throw new NoteException(file + " is the key of " + key.verifier.name() + ", not of " + name);
        }
        return key;
    }

    /** Writes the key to a new file that only the owner may read. */
    public void write(Path file) throws IOException {
        SecretFile.create(file, text() + "\n");
    }

    /** The public half. */
    public VerifierKey verifier() {
        return verifier;
    }

    /** Signs a note's text. */
    NoteSignature sign(byte[] text) {
        return new NoteSignature(verifier.name(), verifier.id(), Ed25519.sign(key, text));
    }

    @Override
    public String toString() {
        return "SigningKey[" + verifier.name() + "+" + verifier.id() + "]";
    }

    private String text() {
        byte[] typed = new byte[1 + Ed25519.KEY_SIZE];
        typed[0] = Ed25519.TYPE;
        System.arraycopy(Ed25519.seed(key), 0, typed, 1, Ed25519.KEY_SIZE);
        return PREFIX + verifier.name() + "+" + verifier.id() + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    private static SigningKey ofSeed(String name, byte[] seed) {
        PrivateKey key = Ed25519.privateKey(seed.clone());
        return new SigningKey(key, new VerifierKey(name, Ed25519PublicKey.ofSeed(seed)));
    }
}
