package io.sluice.cli.stack;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one folder of an embedded stack, held by one process at a time. It holds keys and views in clear, so only its owner
 * may look into it (mode 700). A file in it marks it: a folder of somebody else's files is never written to.
 */
public final class StackFolder implements AutoCloseable {
    private static final String MARK = ".sluice-demo";
    private static final String FORMAT = "1\n";

    private final Path root;
    private final FileChannel channel;

    private StackFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * Takes the folder; makes it where it is missing.
     *
     * @throws CommandFailure where another process holds it, it holds files that are not a stack's, another version made
     *     it, or it cannot be written
     */
    public static StackFolder claim(Path root) {
        Path folder = root.toAbsolutePath().normalize();
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new CommandFailure(folder + " is a file; name a folder");
            }
            Files.createDirectories(folder);
            refuseForeign(folder);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            FileChannel channel = FileChannel.open(
                    folder.resolve(MARK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                take(folder, channel);
                return new StackFolder(folder, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CommandFailure(folder + " cannot be used as a data folder; choose one that you may write to", e);
        }
    }

    private static void refuseForeign(Path folder) throws IOException {
        if (Files.exists(folder.resolve(MARK))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> foreign = files.findFirst();
            if (foreign.isPresent()) {
                throw new CommandFailure(folder + " holds files that are not Sluice's ("
                        + foreign.get().getFileName() + "); choose an empty folder or one that the demo made");
            }
        }
    }

    private static void take(Path folder, FileChannel channel) throws IOException {
        if (lock(channel) == null) {
            throw new CommandFailure(folder + " is in use by another sluice process; stop it or choose another folder");
        }
        ByteBuffer mark = ByteBuffer.allocate(16);
        channel.read(mark, 0);
        String format = new String(mark.array(), 0, mark.position(), StandardCharsets.US_ASCII);
        if (format.isEmpty()) {
            channel.write(ByteBuffer.wrap(FORMAT.getBytes(StandardCharsets.US_ASCII)), 0);
        } else if (!format.equals(FORMAT)) {
            throw new CommandFailure(folder + " was made by another version of Sluice; choose another folder");
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

    Path custodianKey() {
        return root.resolve("keys/custodian.key.pem");
    }

    Path custodianPublicKey() {
        return root.resolve("keys/custodian.pub.pem");
    }

    /** The tree of the subjects' keys. */
    Path tree() {
        return root.resolve("keys/tree");
    }

    /** The password file of a key folder. */
    static Path password(Path keys) {
        return keys.resolve("password");
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

    /** The console's index of the log. */
    public Path consoleIndex() {
        return root.resolve("index/console.sqlite");
    }

    /** Bundles that wait to be looked at in the console. */
    Path drafts() {
        return root.resolve("drafts");
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
