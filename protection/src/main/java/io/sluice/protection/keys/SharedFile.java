package io.sluice.protection.keys;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A small secret file that several processes read and replace.
 *
 * <p>Readers see the old or the new content, never a mixture: the file is written beside, forced to disk and moved over
 * the old one, and the folder is forced to disk. Writers take turns by a lock on {@code <file>.lock}. The file has mode
 * 600, and one that others may read is refused. Safe for several threads.
 */
final class SharedFile {
    /** Longest wait for another writer. */
    static final Duration LOCK_WAIT = Duration.ofSeconds(10);
    /** Largest file that is read. */
    static final long MAX_BYTES = 16L << 20;

    private static final long RETRY_NANOS = 5_000_000;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** What tells one content of the file from the next: it is always replaced, never changed in place. */
    record Stamp(@Nullable Object inode, long modifiedNanos, long size) {}

    private final Path path;

    SharedFile(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** The stamp of the present content; null where there is none. */
    @Nullable
    Stamp stamp() {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(found.fileKey(), found.lastModifiedTime().to(TimeUnit.NANOSECONDS), found.size());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNREADABLE, path + " cannot be read", e);
        }
    }

    byte[] read() {
        try {
            requireOwnerOnly(path);
            if (Files.size(path) > MAX_BYTES) {
                throw new KeyAccessException(Code.UNREADABLE, path + " has more than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new KeyAccessException(Code.UNREADABLE, path + " does not exist", e);
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNREADABLE, path + " cannot be read", e);
        }
    }

    /**
     * Replaces the content by what {@code change} makes of it, alone among all writers. {@code change} gets an empty
     * array where the file does not exist; where it returns its argument nothing is written.
     */
    void update(UnaryOperator<byte[]> change) {
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        try (FileChannel channel = openPrivate(lockPath);
                FileLock lock = lock(channel)) {
            Objects.requireNonNull(lock);
            byte[] before = exists() ? read() : new byte[0];
            byte[] after = change.apply(before);
            if (after != before) { // the same array, by the contract above: nothing to write
                replace(after);
            }
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNWRITABLE, path + " cannot be written", e);
        }
    }

    /** Throws where someone other than the owner may read or write the file. File systems without modes pass. */
    static void requireOwnerOnly(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> granted = EnumSet.copyOf(view.readAttributes().permissions());
        granted.removeAll(OWNER_ONLY);
        granted.remove(PosixFilePermission.OWNER_EXECUTE);
        if (!granted.isEmpty()) {
            throw new KeyAccessException(
                    Code.INSECURE, file + " must be readable by its owner alone; run: chmod 600 " + file);
        }
    }

    /** Creates the file with this content where it does not exist yet. */
    void createIfAbsent(byte[] content) {
        update(before -> before.length > 0 ? before : content);
    }

    private void replace(byte[] content) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(beside); // left by a writer that died; only the holder of the lock comes here
        try (FileChannel channel = openPrivate(beside)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder();
    }

    private void forceFolder() throws IOException {
        Path folder = Objects.requireNonNull(path.getParent(), "a file has a folder");
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (FileSystemException e) {
            // Windows cannot open a folder; there the move itself is durable.
            if (System.getProperty("os.name", "").startsWith("Windows")) {
                return;
            }
            throw e;
        }
    }

    private static FileChannel openPrivate(Path file) throws IOException {
        boolean posix = Files.getFileAttributeView(
                        Objects.requireNonNull(file.getParent(), "a file has a folder"),
                        PosixFileAttributeView.class,
                        LinkOption.NOFOLLOW_LINKS)
                != null;
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return posix
                ? FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : FileChannel.open(file, options);
    }

    private FileLock lock(FileChannel channel) throws IOException {
        long deadline = System.nanoTime() + LOCK_WAIT.toNanos();
        while (true) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KeyAccessException(
                        Code.UNWRITABLE,
                        path + " is locked by another process for more than " + LOCK_WAIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this JVM holds it: as good as another process
        }
    }
}
