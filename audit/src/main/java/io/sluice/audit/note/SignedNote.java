package io.sluice.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A text with signatures, in the format of C2SP signed-note v1.0.0. Immutable. A note that was parsed is not verified:
 * ask {@link #verifiedBy}.
 */
public final class SignedNote {
    /** The longest note that is read. */
    public static final int MAX_BYTES = 1_000_000;

    /** The most signatures that are read; Go's reader has the same limit. */
    public static final int MAX_SIGNATURES = 100;

    private final String text;
    private final List<NoteSignature> signatures;

    private SignedNote(String text, List<NoteSignature> signatures) {
        this.text = text;
        this.signatures = List.copyOf(signatures);
    }

    /**
     * Signs a text.
     *
     * @throws NoteException where the text does not end in a line end or holds control characters
     */
    public static SignedNote sign(String text, SigningKey... keys) {
        requireText(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<NoteSignature> signatures = new ArrayList<>();
        for (SigningKey key : keys) {
            signatures.add(key.sign(bytes));
        }
        return new SignedNote(text, signatures);
    }

    /**
     * Takes a note apart. The text ends at the last blank line.
     *
     * @throws NoteException for anything that is not a signed note
     */
    public static SignedNote parse(byte[] note) {
        if (note.length > MAX_BYTES) {
            throw new NoteException("a note of more than " + MAX_BYTES + " bytes is not read");
        }
        String all = utf8(note);
        requireText(all);
        int blank = all.lastIndexOf("\n\n");
        if (blank < 0) {
            throw new NoteException("the note has no blank line before its signatures");
        }
        String lines = all.substring(blank + 2);
        if (lines.isEmpty()) {
            throw new NoteException("the note has no signature");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        for (String line : lines.substring(0, lines.length() - 1).split("\n", -1)) {
            signatures.add(NoteSignature.parse(line));
            if (signatures.size() > MAX_SIGNATURES) {
                throw new NoteException("a note with more than " + MAX_SIGNATURES + " signatures is not read");
            }
        }
        return new SignedNote(all.substring(0, blank + 1), signatures);
    }

    /** What was signed; ends in a line end. Not to be trusted before {@link #verifiedBy} said so. */
    public String text() {
        return text;
    }

    /**
     * The keys, of those given, that signed this text. Signatures of other keys are ignored.
     *
     * @throws NoteException where a signature bears the name and id of a given key but is not that key's
     */
    public Set<VerifierKey> verifiedBy(Collection<VerifierKey> keys) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Set<VerifierKey> verified = new HashSet<>();
        for (NoteSignature signature : signatures) {
            for (VerifierKey key : keys) {
                if (!key.name().equals(signature.name()) || !key.id().equals(signature.keyId())) {
                    continue;
                }
                if (!key.accepts(bytes, signature.bytes())) {
                    throw new NoteException("the signature of " + key.name() + " is not valid");
                }
                verified.add(key);
            }
        }
        return verified;
    }

    /**
     * Which of these cosigners signed this text, and when. Of several signatures of one key the latest counts.
     *
     * @throws NoteException where a signature bears the name and id of a given key but is not that key's
     */
    public List<Cosignature> cosignatures(Collection<CosignerKey> keys) {
        List<Cosignature> found = new ArrayList<>();
        for (CosignerKey key : keys) {
            signatures.stream()
                    .filter(key::isOf)
                    .map(signature -> key.accepts(text, signature.bytes())
                            .orElseThrow(() -> new NoteException("the cosignature of " + key.name() + " is not valid")))
                    .max(Comparator.naturalOrder())
                    .ifPresent(time -> found.add(new Cosignature(key, time)));
        }
        return found;
    }

    /** This note with those signatures alone that bear the name and id of a given key. Nothing is verified. */
    public SignedNote only(Collection<VerifierKey> logs, Collection<CosignerKey> cosigners) {
        return new SignedNote(
                text,
                signatures.stream()
                        .filter(one -> cosigners.stream().anyMatch(key -> key.isOf(one))
                                || logs.stream()
                                        .anyMatch(key -> key.name().equals(one.name())
                                                && key.id().equals(one.keyId())))
                        .toList());
    }

    /**
     * This note with further signature lines. Nothing is verified.
     *
     * @param lines signature lines, each with its line end
     * @throws NoteException where they are none, or there are too many
     */
    public SignedNote plus(String lines) {
        return parse((new String(toBytes(), StandardCharsets.UTF_8) + lines).getBytes(StandardCharsets.UTF_8));
    }

    /** The signature lines that {@code other}, of the same text, does not have, each with its line end. */
    public String linesBeyond(SignedNote other) {
        StringBuilder lines = new StringBuilder();
        Set<String> there = new HashSet<>();
        other.signatures.forEach(signature -> there.add(signature.line()));
        signatures.stream()
                .map(NoteSignature::line)
                .filter(line -> !there.contains(line))
                .forEach(lines::append);
        return lines.toString();
    }

    /** How many signature lines the note has, known keys or not. */
    public int signatureCount() {
        return signatures.size();
    }

    /** The bytes that {@link #parse} reads. */
    public byte[] toBytes() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature.line()));
        return note.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void requireText(String text) {
        if (!text.endsWith("\n")) {
            throw new NoteException("a note's text ends in a line end");
        }
        if (text.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new NoteException("a note holds no control character but line ends");
        }
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NoteException("the note is not UTF-8", e);
        }
    }
}
