package io.sluice.gateway.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The spool's files, all of their owner alone: segments {@code <number>.spool}, appended to one after the other and deleted whole, and
 * what is kept of them, {@code <segment>.rest} and {@code <segment>.refused}. What {@link #append} has returned from is durable. A
 * number is not used again while there is a file of it. Thread-safe.
 */
final class SpoolFolder implements AutoCloseable {
    /** Most bytes of a segment, but for one that holds a single larger frame. */
    static final long SEGMENT_BYTES = 8L << 20;

    private static final String SUFFIX = ".spool";
    private static final int DIGITS = 19;
    private static final FileAttribute<?> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final DiskSync sync;
    private final FileChannel lockFile;
    /** Bytes of durable frames by segment, oldest first. */
    private final TreeMap<Path, Long> segments = new TreeMap<>();

    private long keptBytes;
    private @Nullable FileChannel open;
    private @Nullable Path openPath;
    private long next;

    /** @throws IOException where the folder cannot be used, or another process uses it */
    SpoolFolder(Path folder, DiskSync sync) throws IOException {
        this.folder = folder;
        this.sync = sync;
        create(folder.toAbsolutePath());
        this.lockFile = open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!locked(lockFile)) {
                throw new IOException("another gateway uses " + folder);
            }
            look();
        } catch (IOException e) {
            lockFile.close();
            throw e;
        }
    }

    private void create(Path made) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = made; at != null && !Files.exists(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path one : missing) {
            Files.createDirectory(one, OWNERS_FOLDER);
            syncFolder(one.resolveSibling("."));
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

    private void look() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.matches("[0-9]{" + DIGITS + "}\\" + SUFFIX + "(\\.rest|\\.refused)?")) {
                    next = Math.max(next, Long.parseLong(name.substring(0, DIGITS)) + 1);
                    if (name.endsWith(SUFFIX)) {
                        segments.put(file, Files.size(file));
                    } else {
                        keptBytes += Files.size(file);
                    }
                }
            }
        }
    }

    /** Bytes of the segments. */
    synchronized long bytes() {
        return segments.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes of what is kept and not drained. */
    synchronized long keptBytes() {
        return keptBytes;
    }

    /** Appends frames and syncs. Where that fails the segment is cut back to what was durable before. */
    synchronized void append(List<byte[]> frames) throws IOException {
        long more = frames.stream().mapToLong(frame -> frame.length).sum();
        FileChannel file = open;
        Path path = openPath;
        if (file == null || path == null || held(path) > 0 && held(path) + more > SEGMENT_BYTES) {
            closeSegment();
            path = folder.resolve(String.format("%0" + DIGITS + "d", next++) + SUFFIX);
            file = begin(path);
        }
        long before = held(path);
        try {
            for (byte[] frame : frames) {
                write(file, frame);
            }
            sync.force(path, file);
        } catch (IOException | RuntimeException | Error e) {
            cutBack(path, file, before, e);
            throw e;
        }
        segments.put(path, before + more);
    }

    private long held(Path segment) {
        return segments.getOrDefault(segment, 0L);
    }

    private FileChannel begin(Path path) throws IOException {
        FileChannel file = open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        open = file;
        openPath = path;
        segments.put(path, 0L);
        try {
            syncFolder(folder);
        } catch (IOException e) {
            closeSegment(); // its name may not be durable: the next one begins another
            throw e;
        }
        return file;
    }

    private void cutBack(Path path, FileChannel file, long before, Throwable fault) throws IOException {
        try {
            file.truncate(before);
            sync.force(path, file);
        } catch (IOException cut) {
            fault.addSuppressed(cut);
            closeSegment(); // what is behind the durable part is read as a frame that was never acknowledged
        }
    }

    /** The oldest segment, which takes no more from now on. */
    synchronized Optional<Path> takeOldest() throws IOException {
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        Path oldest = segments.firstKey();
        if (oldest.equals(openPath)) {
            closeSegment();
        }
        return Optional.of(oldest);
    }

    /** Deletes a segment. @return the bytes of its durable frames */
    synchronized long delete(Path segment) throws IOException {
        Files.delete(segment);
        return forget(segment);
    }

    /** Keeps a segment as {@code .rest}: it is drained no more. @return the bytes of its durable frames */
    synchronized long keep(Path segment) throws IOException {
        Path kept = segment.resolveSibling(segment.getFileName() + ".rest");
        long size = Files.size(segment);
        Files.move(segment, kept);
        keptBytes += size;
        return forget(segment);
    }

    private long forget(Path segment) {
        long held = held(segment);
        segments.remove(segment);
        return held;
    }

    /** Keeps a frame of a segment in {@code .refused}, durably. */
    synchronized void setAside(Path segment, byte[] frame) throws IOException {
        Path kept = segment.resolveSibling(segment.getFileName() + ".refused");
        try (FileChannel file = open(kept, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            write(file, frame);
            sync.force(kept, file);
        }
        syncFolder(folder);
        keptBytes += frame.length;
    }

    private static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), OWNERS_FILE);
    }

    private static void write(FileChannel file, byte[] frame) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(frame);
        while (left.hasRemaining()) {
            file.write(left);
        }
    }

    private void syncFolder(Path changed) throws IOException {
        try (FileChannel directory = FileChannel.open(changed)) {
            sync.force(changed, directory);
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

    @Override
    public synchronized void close() throws IOException {
        closeSegment();
        lockFile.close();
    }
}
