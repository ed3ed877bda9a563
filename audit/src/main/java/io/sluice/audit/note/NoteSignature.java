package io.sluice.audit.note;

import java.nio.ByteBuffer;
import java.util.Base64;

/** One signature line of a note. The bytes are whatever the key's type says, the key id taken off. */
record NoteSignature(String name, KeyId keyId, byte[] bytes) {
    static final String LINE_START = "\u2014 ";

    static NoteSignature parse(String line) {
        if (!line.startsWith(LINE_START)) {
            throw new NoteException("a signature line starts with an em dash and a space");
        }
        String[] parts = line.substring(LINE_START.length()).split(" ", 2);
        if (parts.length != 2 || !KeyText.isName(parts[0])) {
            throw new NoteException("a signature line names a key and a signature");
        }
        byte[] blob = KeyText.base64(parts[1], "a signature");
        if (blob.length <= Integer.BYTES) {
            throw new NoteException("a signature is longer than its key id");
        }
        ByteBuffer buffer = ByteBuffer.wrap(blob);
        KeyId id = new KeyId(buffer.getInt());
        byte[] signature = new byte[buffer.remaining()];
        buffer.get(signature);
        return new NoteSignature(parts[0], id, signature);
    }

    String line() {
        byte[] blob = ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(keyId.value())
                .put(bytes)
                .array();
        return LINE_START + name + " " + Base64.getEncoder().encodeToString(blob) + "\n";
    }
}
