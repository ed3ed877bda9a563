package io.sluice.jobs.deliver;

import io.sluice.jobs.released.ReleasedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;

/** Each recipient's lines into a folder of its name, which only the job's owner may look into: views are the recipient's. */
final class RecipientFolders implements BucketAssigner<ReleasedEvent, String> {
    private static final long serialVersionUID = 1;

    private final String root;
    private final Set<String> claimed = new HashSet<>(); // confined to the writer's thread

    RecipientFolders(String root) {
        this.root = root;
    }

    @Override
    public String getBucketId(ReleasedEvent event, Context context) {
        if (claimed.add(event.recipient())) {
            claim(Path.of(root).resolve(event.recipient()));
        }
        return event.recipient();
    }

    @Override
    public SimpleVersionedSerializer<String> getSerializer() {
        return SimpleVersionedStringSerializer.INSTANCE;
    }

    /** Makes a folder, and its mode 700 where the file system has modes. */
    static void claim(Path folder) {
        try {
            Files.createDirectories(folder);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be made", e);
        }
    }
}
