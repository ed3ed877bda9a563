package io.sluice.certs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder that only its owner can read: mode 700, every file in it 600, set as they are made and read back, so that a
 * file system that forgets modes is found out. It claims only an empty folder or one it claimed before: tightening
 * somebody's home folder would do harm. Not thread-safe.
 */
final class PrivateFolder {
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final String MARKER = ".sluice-dev-pki";

    private final Path folder;

    private PrivateFolder(Path folder) {
        this.folder = folder;
    }

    static PrivateFolder claim(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                createFolder(folder);
            } else if (!Files.exists(folder.resolve(MARKER))) {
                refuseUnlessEmpty(folder);
                Files.setPosixFilePermissions(folder, OWNER_FOLDER);
            }
            PrivateFolder claimed = new PrivateFolder(folder);
            requireMode(folder, OWNER_FOLDER);
            if (!Files.exists(folder.resolve(MARKER))) {
                createFile(folder.resolve(MARKER));
            }
            return claimed;
        } catch (UnsupportedOperationException e) {
            throw new PkiException(
                    PkiException.Code.NOT_PRIVATE,
                    "the file system of " + folder + " has no owner-only modes; choose a folder on one that has",
                    e);
        } catch (IOException e) {
            throw failed("the folder " + folder + " cannot be made private", e);
        }
    }

    /** The file that processes lock to take turns. */
    Path lockFile() {
        return folder.resolve(MARKER);
    }

    void makeSubfolder(String name) {
        Path subfolder = folder.resolve(name);
        try {
            if (!Files.isDirectory(subfolder)) {
                createFolder(subfolder);
            }
            requireMode(subfolder, OWNER_FOLDER);
        } catch (IOException e) {
            throw failed("the folder " + subfolder + " cannot be made", e);
        }
    }

    /** Replaces a file as one step; a reader sees the old or the new one. */
    void write(Path file, String content) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            createFile(unfinished);
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(file + " cannot be written", e);
        }
    }

    /** Refuses a folder of which somebody loosened a mode: the key may have been read, so it is not tightened silently. */
    void requirePrivate() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                requireMode(path, isFolder ? OWNER_FOLDER : OWNER_FILE);
            }
        } catch (IOException e) {
            throw failed("the modes in " + folder + " cannot be read", e);
        }
    }

    private static void createFolder(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(OWNER_FOLDER);
        Files.createDirectory(folder, mode);
    }

    private static void createFile(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_FILE));
        requireMode(file, OWNER_FILE);
    }

    private static void refuseUnlessEmpty(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new PkiException(
                        PkiException.Code.FOREIGN_FOLDER,
                        folder + " is neither empty nor a development PKI; choose an empty folder");
            }
        }
    }

    private static void requireMode(Path path, Set<PosixFilePermission> allowed) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (!allowed.containsAll(mode)) {
            throw new PkiException(
                    PkiException.Code.NOT_PRIVATE,
                    path + " has mode " + PosixFilePermissions.toString(mode) + ", at most "
                            + PosixFilePermissions.toString(allowed)
                            + " is safe; set it, or delete the development PKI to get new keys");
        }
    }

    private static PkiException failed(String what, IOException cause) {
        return new PkiException(PkiException.Code.IO, what, cause);
    }
}
