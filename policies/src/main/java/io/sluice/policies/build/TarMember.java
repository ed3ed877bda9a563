package io.sluice.policies.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Takes one file out of an archive that the local opa has just written; not for archives from elsewhere. */
final class TarMember {
    private static final int BLOCK = 512;

    private TarMember() {}

    static byte @Nullable [] find(byte[] archive, String name) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            byte[] header = in.readNBytes(BLOCK);
            while (header.length == BLOCK && header[0] != 0) {
                String entry = field(header, 0, 100);
                int size = Integer.parseInt(field(header, 124, 12).trim(), 8);
                byte[] content = in.readNBytes(size);
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
                if (entry.equals(name) || entry.equals("/" + name)) {
                    return content;
                }
                header = in.readNBytes(BLOCK);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("opa's archive does not read", e);
        }
    }

    private static String field(byte[] header, int offset, int length) {
        String text = new String(header, offset, length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
