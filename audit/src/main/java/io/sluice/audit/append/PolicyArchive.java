package io.sluice.audit.append;

import io.sluice.core.encoding.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps what entries cite: bundles, their approvals, activations and plans. The name of each file is the SHA-256 of its
 * content, so {@code audit verify} checks them too. Files are durable once kept, and never changed. Safe for use by many
 * threads.
 */
public final class PolicyArchive {
    private static final Pattern BUNDLE_KEY = Pattern.compile("bundle/([0-9a-f]{64})");
    private static final Pattern APPROVALS_KEY = Pattern.compile("approvals/([0-9a-f]{64})");
    private static final Pattern ACTIVATION_KEY = Pattern.compile("activation/([1-9][0-9]{0,17})");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;

    /** Keeps files below {@code folder}. */
    public PolicyArchive(Path folder) {
        this.folder = folder;
    }

    /**
     * Keeps a record of {@code policy.bundles}.
     *
     * @return false where the key is of no known kind or a bundle has not the digest that it is keyed by; nothing is kept
     */
    public boolean keepPolicy(String key, byte[] value) {
        String digest = Sha256.hex(value);
        Matcher bundle = BUNDLE_KEY.matcher(key);
        if (bundle.matches()) {
            return bundle.group(1).equals(digest) && keep("bundles/" + digest, value);
        }
        Matcher approvals = APPROVALS_KEY.matcher(key);
        if (approvals.matches()) {
            return keep("approvals/" + approvals.group(1) + "/" + digest + ".json", value);
        }
        Matcher activation = ACTIVATION_KEY.matcher(key);
        return activation.matches() && keep("activations/" + activation.group(1) + "/" + digest + ".json", value);
    }

    /** Keeps a record of {@code policy.plans}; false where it has not the digest that it is keyed by. */
    public boolean keepPlan(String key, byte[] value) {
        return DIGEST.matcher(key).matches() && Sha256.hex(value).equals(key) && keep("plans/" + key + ".json", value);
    }

    /** The canonical JSON of a plan; empty where it is not kept or no longer has its digest. */
    public Optional<byte[]> plan(String digest) {
        return read(digest, "plans/" + digest + ".json");
    }

    /** The tarball of a bundle; empty where it is not kept or no longer has its digest. */
    public Optional<byte[]> bundle(String digest) {
        return read(digest, "bundles/" + digest);
    }

    /**
     * A file of the archive.
     *
     * @param path below the archive's folder; its last name is the digest of the content
     */
    public record Kept(String path, byte[] bytes) {}

    /** The officers' approvals of a bundle, by their digests; those that no longer have theirs are left out. */
    public List<Kept> approvals(String bundle) {
        return DIGEST.matcher(bundle).matches() ? all("approvals/" + bundle) : List.of();
    }

    /** What was signed as the activation of that number, by digests: one, unless two officers raced. */
    public List<Kept> activations(long number) {
        return all("activations/" + number);
    }

    private List<Kept> all(String path) {
        try (Stream<Path> files = Files.list(folder.resolve(path))) {
            List<Kept> kept = new ArrayList<>();
            for (String name :
                    files.map(file -> file.getFileName().toString()).sorted().toList()) {
                String digest = name.replace(".json", "");
                read(digest, path + "/" + name).ifPresent(bytes -> kept.add(new Kept(path + "/" + name, bytes)));
            }
            return kept;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + path, e);
        }
    }

    private Optional<byte[]> read(String digest, String path) {
        if (!DIGEST.matcher(digest).matches() || !Files.exists(folder.resolve(path))) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Files.readAllBytes(folder.resolve(path));
            return Sha256.hex(bytes).equals(digest) ? Optional.of(bytes) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private boolean keep(String path, byte[] value) {
        Path file = folder.resolve(path);
        if (Files.exists(file)) {
            return true;
        }
        try {
            Path parent = Files.createDirectories(java.util.Objects.requireNonNull(file.getParent(), "no folder"));
            // Prepared outside of the folders whose files are named by their content.
            Path prepared = Files.createTempFile(parent, ".", ".new");
            try (FileChannel channel = FileChannel.open(prepared, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(value);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep " + path, e);
        }
    }
}
