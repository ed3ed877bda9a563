package io.sluice.cli.stack;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The one folder of an embedded stack, held by one process at a time. */
public final class StackFolder implements AutoCloseable {
    private final Path root;
    private final FileChannel channel;

    private StackFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * Takes the folder; makes it where it is missing.
     *
     * @throws CommandFailure where another process holds it, or it cannot be written
     */
    public static StackFolder claim(Path root) {
        Path folder = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new CommandFailure(
                        folder + " is in use by another sluice process; stop it or choose another folder");
            }
            return new StackFolder(folder, channel);
        } catch (IOException e) {
            throw new CommandFailure(folder + " cannot be used as a data folder", e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process: in use all the same
        }
    }

    public Path root() {
        return root;
    }

    Path certs() {
        return root.resolve("certs");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path ingressKeys() {
        return root.resolve("keys/ingress");
    }

    Path fieldKeys() {
        return root.resolve("keys/fields");
    }

    Path trustRoot() {
        return root.resolve("keys/trust-root.json");
    }

    Path logKey() {
        return root.resolve("keys/audit-log.key");
    }

    Path checkpoints(String job) {
        return root.resolve("checkpoints").resolve(job);
    }

    /** Finished and unfinished parts of what was delivered, by recipient. */
    public Path delivered() {
        return root.resolve("delivered");
    }

    /** The tiled log. */
    public Path audit() {
        return root.resolve("audit");
    }

    /** Bundles and plans that entries cite. */
    public Path archive() {
        return root.resolve("archive");
    }

    /** The index of the log. */
    public Path index() {
        return root.resolve("index/audit.sqlite");
    }

    /** Where logs go. */
    public Path logs() {
        return root.resolve("logs");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new CommandFailure(root + " cannot be released", e);
        }
    }
}
