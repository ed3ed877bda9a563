package io.sluice.policies.build;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The gzipped tar of a bundle. Writing: the same files give the same bytes (sorted names, no times, no owners). Reading
 * trusts nothing: only regular files with plain relative names, each once, within limits that hold before memory is taken.
 *
 * <p>Stateless and thread-safe.
 */
public final class BundleArchive {
    /** Largest archive: what a record of Kafka holds by default, less its framing. */
    public static final int MAX_ARCHIVE_BYTES = 1_000_000;

    /** Largest content of all files together, so that a small archive cannot unpack to a large one. */
    public static final int MAX_CONTENT_BYTES = 16_000_000;

    /** Most files. */
    public static final int MAX_FILES = 256;

    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final Pattern NAME =
            Pattern.compile("(?:\\.manifest|\\.signatures\\.json|[a-z0-9_-]+(?:[./][a-z0-9_-]+)*)");

    private BundleArchive() {}

    /** Writes an archive. */
    public static byte[] write(SortedMap<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new BestGzip(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                requireName(file.getKey());
                byte[] content = file.getValue();
                gzip.write(header(file.getKey(), content.length));
                gzip.write(content);
                gzip.write(new byte[padding(content.length)]);
            }
            gzip.write(new byte[2 * BLOCK]);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        } catch (ArchiveRefusedException e) {
            throw new IllegalArgumentException(e);
        }
        return out.toByteArray();
    }

    /**
     * Reads an archive.
     *
     * @return contents by name, without a leading slash
     * @throws ArchiveRefusedException saying which rule it breaks
     */
    public static SortedMap<String, byte[]> read(byte[] archive) throws ArchiveRefusedException {
        if (archive.length > MAX_ARCHIVE_BYTES) {
            throw new ArchiveRefusedException("The bundle has more than " + MAX_ARCHIVE_BYTES + " bytes");
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(archive), 8_192)) {
            int left = MAX_CONTENT_BYTES;
            byte[] header = in.readNBytes(BLOCK);
            while (!isEnd(header)) {
                String name = entry(header);
                int size = (int) octal(header, 124, 12);
                if (size > left || files.size() == MAX_FILES) {
                    throw new ArchiveRefusedException("The bundle unpacks to more than " + MAX_FILES + " files or "
                            + MAX_CONTENT_BYTES + " bytes");
                }
                left -= size;
                byte[] content = in.readNBytes(size);
                in.skipNBytes(padding(size));
                if (content.length != size || files.put(name, content) != null) {
                    throw new ArchiveRefusedException("The bundle is cut off, or holds " + name + " twice");
                }
                header = in.readNBytes(BLOCK);
            }
            requireNothingMore(in);
        } catch (IOException e) {
            throw new ArchiveRefusedException("The bundle is no gzipped tar");
        }
        return files;
    }

    /** Two zero blocks end a tar; what comes after would be read by some and not by others. */
    private static void requireNothingMore(InputStream in) throws IOException, ArchiveRefusedException {
        byte[] rest = in.readNBytes(BLOCK * 40);
        for (byte b : rest) {
            if (b != 0) {
                throw new ArchiveRefusedException("The bundle goes on behind its end");
            }
        }
        if (rest.length < BLOCK || in.read() >= 0) {
            throw new ArchiveRefusedException("The bundle does not end as a tar does");
        }
    }

    private static boolean isEnd(byte[] header) throws ArchiveRefusedException {
        if (header.length < BLOCK) {
            throw new ArchiveRefusedException("The bundle is cut off");
        }
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String entry(byte[] header) throws ArchiveRefusedException {
        if (octal(header, 148, 8) != checksum(header)) {
            throw new ArchiveRefusedException("A header of the bundle's tar is damaged");
        }
        char type = (char) header[156];
        if (type != '0' && type != 0) {
            throw new ArchiveRefusedException("The bundle holds something that is no regular file");
        }
        String name = text(header, 0, NAME_BYTES);
        if (header[345] != 0) {
            throw new ArchiveRefusedException("A file name of the bundle is longer than " + NAME_BYTES + " bytes");
        }
        return requireName(name.startsWith("/") ? name.substring(1) : name);
    }

    private static String requireName(String name) throws ArchiveRefusedException {
        if (name.length() >= NAME_BYTES - 1 || !NAME.matcher(name).matches()) {
            throw new ArchiveRefusedException("A file name of the bundle is not a plain relative path");
        }
        return name;
    }

    private static byte[] header(String name, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, "/" + name); // as OPA writes them; its manifest names modules so
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", size));
        put(header, 136, "00000000000\0");
        header[156] = '0';
        put(header, 257, "ustar\00000");
        put(header, 148, String.format("%06o\0 ", checksum(header)));
        return header;
    }

    private static int checksum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        return sum;
    }

    private static long octal(byte[] header, int offset, int length) throws ArchiveRefusedException {
        String digits = text(header, offset, length).trim();
        if (!digits.matches("[0-7]{1,8}") && !digits.matches("0*[0-7]{1,8}")) {
            throw new ArchiveRefusedException("A header of the bundle's tar is damaged");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOfRange(header, offset, end), StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static int padding(int size) {
        return (BLOCK - size % BLOCK) % BLOCK;
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
