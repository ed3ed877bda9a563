package io.sluice.gateway.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The spool's files: segments {@code <number>.spool}, appended to one after the other and deleted whole. What {@link #append}
 * has returned from is durable. One thread at a time.
 */
final class SpoolFolder implements AutoCloseable {
    /** A segment that is longer takes no more. */
    static final long SEGMENT_BYTES = 8L << 20;

    private static final String SUFFIX = ".spool";

    private final Path folder;
    private final FileChannel lockFile;
    private @Nullable FileChannel open;
    private @Nullable Path openPath;
    private long openBytes;
    private long next;

    /** @throws IOException where the folder cannot be used, or another process uses it */
    SpoolFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        this.lockFile = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(lockFile)) {
            lockFile.close();
            throw new IOException("another gateway uses " + folder);
        }
        for (Path segment : segments()) {
            next = number(segment) + 1;
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** All segments, oldest first. */
    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]{19}\\" + SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** Appends frames and syncs. Where that fails the segment is cut back to what was durable before. */
    void append(List<byte[]> frames) throws IOException {
        FileChannel file = open;
        if (file == null || openBytes >= SEGMENT_BYTES) {
            closeSegment();
            file = begin();
        }
        long before = openBytes;
        try {
            for (byte[] frame : frames) {
                ByteBuffer left = ByteBuffer.wrap(frame);
                while (left.hasRemaining()) {
                    file.write(left);
                }
                openBytes += frame.length;
            }
            file.force(false);
        } catch (IOException e) {
            openBytes = before;
            try {
                file.truncate(before);
                file.force(false);
            } catch (IOException cut) {
                e.addSuppressed(cut);
                closeSegment(); // what is behind the durable part is read as a frame that was never acknowledged
            }
            throw e;
        }
    }

    private FileChannel begin() throws IOException {
        Path path = folder.resolve(String.format("%019d", next++) + SUFFIX);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
        open = file;
        openPath = path;
        openBytes = 0;
        return file;
    }

    /** From now on a segment takes no more events, if it is the one that does. */
    void seal(Path segment) throws IOException {
        if (segment.equals(openPath)) {
            closeSegment();
        }
    }

    private void closeSegment() throws IOException {
        FileChannel file = open;
        open = null;
        openPath = null;
        if (file != null) {
            file.close();
        }
    }

    private static long number(Path segment) {
        String name = segment.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }

    @Override
    public void close() throws IOException {
        closeSegment();
        lockFile.close();
    }
}
