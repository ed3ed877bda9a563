package io.sluice.protection.keys;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file with a password or PIN, which its owner alone may read. */
final class SecretFile {
    private static final int MAX_BYTES = 1_024;

    private SecretFile() {}

    /**
     * Its content without line ends at its end; the caller's to overwrite.
     *
     * @throws KeyAccessException where it is missing, empty, too long, or open to others
     */
    static char[] read(Path file) {
        try {
            SharedFile.requireOwnerOnly(file);
            if (Files.size(file) > MAX_BYTES) {
                throw new KeyAccessException(Code.UNREADABLE, file + " has more than " + MAX_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            Arrays.fill(bytes, (byte) 0);
            int end = text.length();
            while (end > 0 && (text.get(end - 1) == '\n' || text.get(end - 1) == '\r')) {
                end--;
            }
            char[] secret = new char[end];
            text.get(secret);
            Arrays.fill(text.array(), '\0');
            if (end == 0) {
                throw new KeyAccessException(Code.UNREADABLE, file + " is empty");
            }
            return secret;
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNREADABLE, "password file " + file + " cannot be read", e);
        }
    }
}
