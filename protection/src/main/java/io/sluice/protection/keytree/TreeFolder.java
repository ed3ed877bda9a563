package io.sluice.protection.keytree;

import io.sluice.protection.keytree.KeyTreeException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of key trees: {@code tree-<epoch>-<revision>.shards}, all shards in order, and {@code .manifest} beside it,
 * which is written last and makes the revision exist. Readers see a revision whole or not at all. What is in the files is
 * wrapped; a reader trusts none of it unverified. Safe for several threads and processes.
 */
public final class TreeFolder {
    private static final String SHARDS = ".shards";
    private static final String MANIFEST = ".manifest";

    private final Path folder;

    /** @throws KeyTreeException {@code UNWRITABLE} where the folder cannot be made */
    public TreeFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(this.folder);
        } catch (IOException e) {
            throw unwritable(this.folder, e);
        }
    }

    /** The highest revision of an epoch's tree; empty where there is no tree. */
    OptionalLong latest(TreeId tree) {
        Pattern name = Pattern.compile("tree-" + tree.epoch() + "-([1-9][0-9]{0,17})" + Pattern.quote(MANIFEST));
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> name.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .mapToLong(matched -> Long.parseLong(matched.group(1)))
                    .max();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** The epochs that have a tree, oldest first. */
    SortedSet<Integer> epochs() {
        Pattern name = Pattern.compile("tree-([1-9][0-9]{0,3})-[1-9][0-9]{0,17}" + Pattern.quote(MANIFEST));
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> name.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .map(matched -> Integer.valueOf(matched.group(1)))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    byte[] manifest(TreeId tree, long revision) {
        Path file = file(tree, revision, MANIFEST);
        try {
            if (Files.size(file) > Manifest.MAX_BYTES) {
                throw new KeyTreeException(
                        Code.MALFORMED, file + " has more than " + Manifest.MAX_BYTES + " bytes, so it is no manifest");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** A part of the file of shards, shorter than asked for where the file ends. */
    byte[] shard(TreeId tree, long revision, long offset, int length) {
        Path file = file(tree, revision, SHARDS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer out = ByteBuffer.allocate((int) Math.max(0, Math.min(length, channel.size() - offset)));
            while (out.hasRemaining() && channel.read(out, offset + out.position()) >= 0) {}
            return Arrays.copyOf(out.array(), out.position());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Removes a revision's files, the manifest first. It does not promise that the disk forgets them: they are wrapped. */
    void delete(TreeId tree, long revision) {
        for (String kind : new String[] {MANIFEST, SHARDS}) {
            Path file = file(tree, revision, kind);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw unwritable(file, e);
            }
        }
    }

    /**
     * Keeps other publishers away from a tree until it is closed.
     *
     * @throws KeyTreeException {@code BUSY} where one is at work
     */
    FileChannel lock(TreeId tree) {
        Path file = folder.resolve("tree-" + tree.epoch() + ".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new KeyTreeException(Code.BUSY, "another publisher is at work on tree " + tree);
            }
            return channel; // closing it gives the lock back
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this JVM holds it
        }
    }

    /** A revision that is being written, one shard at a time; closed before it was published, it leaves nothing. */
    final class Draft implements AutoCloseable {
        private final TreeId tree;
        private final long revision;
        private final Path shards;
        private final FileChannel out;

        Draft(TreeId tree, long revision) {
            this.tree = tree;
            this.revision = revision;
            this.shards = beside(file(tree, revision, SHARDS));
            try {
                out = FileChannel.open(
                        shards,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw unwritable(shards, e);
            }
        }

        void add(byte[] sealedShard) {
            try {
                writeAll(out, sealedShard);
            } catch (IOException e) {
                throw unwritable(shards, e);
            }
        }

        void publish(byte[] manifest) {
            Path made = beside(file(tree, revision, MANIFEST));
            try {
                out.force(true);
                move(shards, file(tree, revision, SHARDS));
                try (FileChannel channel = FileChannel.open(
                        made,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
                    writeAll(channel, manifest);
                    channel.force(true);
                }
                move(made, file(tree, revision, MANIFEST));
                forceFolder();
            } catch (IOException e) {
                throw unwritable(made, e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
                Files.deleteIfExists(shards);
                Files.deleteIfExists(beside(file(tree, revision, MANIFEST)));
            } catch (IOException e) {
                throw unwritable(shards, e);
            }
        }
    }

    private void forceFolder() throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return; // there a folder cannot be opened, and the move itself is durable
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel out, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(TreeId tree, long revision, String kind) {
        return folder.resolve("tree-" + tree.epoch() + "-" + revision + kind);
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    private static KeyTreeException unreadable(Path path, IOException e) {
        return new KeyTreeException(Code.UNREADABLE, path + " is missing or cannot be read", e);
    }

    private static KeyTreeException unwritable(Path path, IOException e) {
        return new KeyTreeException(Code.UNWRITABLE, path + " cannot be written", e);
    }
}
