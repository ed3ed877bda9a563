package io.sluice.audit.log;

import static io.sluice.audit.log.LogException.Fault.IO;
import static io.sluice.audit.log.LogException.Fault.LOCKED;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log folder on a file system, held by a lock on {@code .lock} until closed. Files of one {@link #putAll} are written
 * and synced by a few threads, since a journalling file system commits concurrent syncs together.
 */
public final class FileLogStore implements LogStore {
    private static final int SYNC_THREADS = 8;
    private static final int MAX_REMEMBERED_FOLDERS = 10_000;

    private final Path folder;
    private final FileChannel lockChannel;
    private final ExecutorService writers;

    /** Folders that this process has seen become durable; an earlier process may have died before it synced one. */
    private final Set<Path> durableFolders = new HashSet<>();

    private FileLogStore(Path folder, FileChannel lockChannel) {
        this.folder = folder;
        this.lockChannel = lockChannel;
        this.writers = Executors.newFixedThreadPool(SYNC_THREADS, task -> {
            Thread thread = new Thread(task, "audit-log-sync");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes a folder, making it where it is missing.
     *
     * @throws LogException LOCKED where another writer of this or any process has it; IO
     */
    public static FileLogStore open(Path folder) {
        try {
            Files.createDirectories(folder);
            Path lockFile = folder.resolve(LogFiles.LOCK);
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new LogException(LOCKED, folder + " is held by another writer");
            }
            syncFolder(folder);
            return new FileLogStore(folder, channel);
        } catch (IOException e) {
            throw new LogException(IO, "cannot take the log folder " + folder, e);
        }
    }

    /** Reads a folder without taking it. */
    public static LogSource source(Path folder) {
        return path -> readFile(folder, path);
    }

    @Override
    public Optional<byte[]> read(String path) {
        return readFile(folder, path);
    }

    @Override
    public void putAll(List<StoredFile> files) {
        try {
            Set<Path> changedFolders = new LinkedHashSet<>();
            for (StoredFile file : files) {
                Path wanted = parent(folder.resolve(file.path()));
                makeFolders(wanted, changedFolders);
                changedFolders.add(wanted);
            }
            inParallel(files.stream()
                    .<Effect>map(file -> () -> write(folder.resolve(file.path()), file.bytes()))
                    .toList());
            inParallel(changedFolders.stream()
                    .<Effect>map(changed -> () -> syncFolder(changed))
                    .toList());
            if (durableFolders.size() > MAX_REMEMBERED_FOLDERS) {
                durableFolders.clear();
            }
            durableFolders.addAll(changedFolders);
        } catch (IOException e) {
            throw new LogException(IO, "cannot write " + files.size() + " files below " + folder, e);
        }
    }

    @Override
    public void append(String path, byte[] bytes) {
        Path file = folder.resolve(path);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            writeAndSync(channel, bytes);
        } catch (IOException e) {
            throw new LogException(IO, "cannot append to " + file, e);
        }
    }

    @Override
    public void replace(String path, byte[] bytes) {
        replace(folder, path, bytes);
    }

    /** Replaces a file of a folder that the caller has not taken, in one durable step. */
    public static void replace(Path folder, String path, byte[] bytes) {
        Path file = folder.resolve(path);
        Path prepared = folder.resolve(path + LogFiles.NEW_SUFFIX);
        try {
            write(prepared, bytes);
            Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(parent(file));
        } catch (IOException e) {
            throw new LogException(IO, "cannot replace " + file, e);
        }
    }

    /**
     * Does something while no other process does the like, beside a writer that holds the folder.
     *
     * @param path a file of the folder that never changes; it is locked meanwhile
     * @throws LogException LOCKED where another one is at it; IO
     */
    public static <T> T exclusively(Path folder, String path, Supplier<T> action) {
        Path file = folder.resolve(path);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (!lock(channel)) {
                throw new LogException(LOCKED, file + " is held by another process that changes the log");
            }
            return action.get();
        } catch (IOException e) {
            throw new LogException(IO, "cannot lock " + file, e);
        }
    }

    @Override
    public void delete(String path) {
        Path file = folder.resolve(path);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LogException(IO, "cannot delete " + file, e);
        }
    }

    @Override
    public List<String> list(String path) {
        try (Stream<Path> files = Files.list(folder.resolve(path))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new LogException(IO, "cannot list " + folder.resolve(path), e);
        }
    }

    @Override
    public void close() {
        writers.shutdown();
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw new LogException(IO, "cannot release " + folder, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    private static Optional<byte[]> readFile(Path folder, String path) {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(path)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LogException(IO, "cannot read " + path, e);
        }
    }

    /** Makes missing folders, and notes each folder whose new name in its parent may not be durable yet. */
    private void makeFolders(Path wanted, Set<Path> changed) throws IOException {
        if (wanted.equals(folder) || durableFolders.contains(wanted)) {
            return;
        }
        Path parent = parent(wanted);
        makeFolders(parent, changed);
        Files.createDirectories(wanted);
        changed.add(parent);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " is not below a log folder");
        }
        return parent;
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeAndSync(channel, bytes);
        }
    }

    private static void writeAndSync(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private interface Effect {
        void run() throws IOException;
    }

    private void inParallel(List<Effect> effects) throws IOException {
        if (effects.size() == 1) {
            effects.get(0).run();
            return;
        }
        List<Future<@Nullable Void>> running = new ArrayList<>();
        for (Effect effect : effects) {
            running.add(writers.submit(() -> {
                effect.run();
                return null;
            }));
        }
        for (Future<@Nullable Void> future : running) {
            await(future);
        }
    }

    private static void await(Future<@Nullable Void> future) throws IOException {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
