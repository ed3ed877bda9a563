package io.sluice.audit.pack;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A pack's files, read one at a time and never written anywhere. Whatever is not of the form of a pack is refused when it is
 * opened: other names (with them all that lead out of a folder), a name that stands twice, compressed files, and files that
 * are longer than theirs may be or together longer than the ZIP. Used by one thread.
 */
final class PackReader implements Closeable {
    private static final int MAX_FILES = 300_000;

    private final ZipFile zip;
    private final NavigableSet<String> names = new TreeSet<>();

    private PackReader(ZipFile zip) {
        this.zip = zip;
    }

    /** @throws PackException saying which file is at fault */
    static PackReader open(Path file) throws IOException {
        PackReader reader;
        try {
            reader = new PackReader(new ZipFile(file.toFile()));
        } catch (ZipException e) {
            throw new PackException(file + " is no ZIP: " + e.getMessage(), e);
        }
        try {
            reader.check(Files.size(file));
            return reader;
        } catch (PackException | IOException e) {
            reader.close();
            throw e;
        }
    }

    NavigableSet<String> names() {
        return Collections.unmodifiableNavigableSet(names);
    }

    byte[] read(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new PackException("the pack has no file " + name);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) entry.getSize() + 1);
            if (bytes.length != entry.getSize()) {
                throw new PackException(name + " is not as long as the pack says");
            }
            return bytes;
        } catch (ZipException e) {
            throw new PackException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private void check(long zipBytes) {
        if (zip.size() > MAX_FILES) {
            throw new PackException("a pack has " + MAX_FILES + " files at most, not " + zip.size());
        }
        long bytes = 0;
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            long most = PackFiles.maxBytes(name);
            if (most < 0) {
                throw new PackException("a pack has no file of the name \"" + printable(name) + "\"");
            }
            if (!names.add(name)) {
                throw new PackException(name + " stands twice in it");
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                throw new PackException(name + " is compressed; the files of a pack are stored as they are");
            }
            bytes += entry.getSize();
            if (entry.getSize() > most || bytes > zipBytes) {
                throw new PackException(name + " is too long");
            }
        }
        for (String required : PackFiles.REQUIRED) {
            if (!names.contains(required)) {
                throw new PackException("it has no " + required);
            }
        }
    }

    private static String printable(String name) {
        String shown = name.replaceAll("[^\\x20-\\x7e]", "?");
        return shown.length() > 100 ? shown.substring(0, 100) + "..." : shown;
    }
}
