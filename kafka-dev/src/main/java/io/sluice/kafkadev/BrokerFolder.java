package io.sluice.kafkadev;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The broker's data folder, held under a lock while it is open: mode 700, Kafka's logs in {@code data}, its generated
 * settings, and the identity that a later start takes up again.
 */
final class BrokerFolder implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** What stays the same from start to start. */
    record Identity(String clusterId, int port) {}

    private final Path folder;
    private final FileChannel lock;

    private BrokerFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    static BrokerFolder open(Path folder) {
        Path absolute = folder.toAbsolutePath();
        try {
            Files.createDirectories(absolute);
            Files.setPosixFilePermissions(absolute, OWNER_ONLY);
            if (!Files.getPosixFilePermissions(absolute).equals(OWNER_ONLY)) {
                throw new IOException("the file system keeps no modes");
            }
            return new BrokerFolder(absolute, lock(absolute.resolve("broker.lock")));
        } catch (IOException | UnsupportedOperationException e) {
            throw new DevBrokerException(
                    DevBrokerException.Code.FOLDER, "the broker's folder " + folder + " cannot be made private", e);
        }
    }

    /** Where Kafka keeps its logs. */
    Path data() {
        return folder.resolve("data");
    }

    boolean formatted() {
        return Files.exists(data().resolve("meta.properties"));
    }

    /** Takes up the former identity, with the configured port if there is one, and remembers it. */
    Identity identity(int configuredPort) {
        Optional<Identity> former = readIdentity();
        String clusterId = former.map(Identity::clusterId)
                .orElseGet(() -> Uuid.randomUuid().toString());
        int port = configuredPort != 0
                ? configuredPort
                : former.map(Identity::port).orElseGet(Ports::pick);
        Identity identity = new Identity(clusterId, port);
        write(identityFile(), "cluster.id=" + clusterId + "\nport=" + port + "\n");
        return identity;
    }

    /** Writes Kafka's settings for the format tool and for people; they name key files but hold no key. */
    Path writeSettings(Properties settings) {
        Path file = folder.resolve("server.properties");
        StringBuilder text = new StringBuilder();
        settings.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> text.append(name)
                        .append('=')
                        .append(settings.getProperty(name).replace("\\", "\\\\"))
                        .append('\n'));
        write(file, text.toString());
        return file;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new DevBrokerException(
                    DevBrokerException.Code.FOLDER, "the lock of " + folder + " cannot be released", e);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new DevBrokerException(
                    DevBrokerException.Code.FOLDER_BUSY,
                    "another broker uses " + file.getParent() + "; stop it or choose another folder");
        }
        return channel;
    }

    /** Returns nothing where another process, or this one, holds the lock. */
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private Optional<Identity> readIdentity() {
        if (!Files.exists(identityFile())) {
            return Optional.empty();
        }
        try {
            Properties stored = new Properties();
            stored.load(new StringReader(Files.readString(identityFile())));
            return Optional.of(new Identity(
                    Uuid.fromString(stored.getProperty("cluster.id", "")).toString(),
                    Integer.parseInt(stored.getProperty("port", ""))));
        } catch (IOException | IllegalArgumentException e) {
            throw new DevBrokerException(
                    DevBrokerException.Code.FOLDER,
                    identityFile() + " is damaged; delete " + folder + " to start empty",
                    e);
        }
    }

    private Path identityFile() {
        return folder.resolve("broker.properties");
    }

    private static void write(Path file, String content) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(
                    unfinished,
                    content,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new DevBrokerException(DevBrokerException.Code.FOLDER, file + " cannot be written", e);
        }
    }
}
