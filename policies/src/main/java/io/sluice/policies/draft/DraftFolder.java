package io.sluice.policies.draft;

import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drafts as officers lay them down to be looked at: bundles that {@code policy build} signed, {@code *.tar.gz} in a folder. They
 * are signed by a trusted key for this tenant, and no more is known of them: they may be asked, and nothing is decided by them.
 * A file that is no such bundle is left out and told once in the process's log; one that cannot be read is left out and tried
 * again at the next call. Thread-safe; reads the folder at each call.
 */
public final class DraftFolder {
    /** Most files that are looked at, by name from the last on. */
    static final int MAX_FILES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(DraftFolder.class);
    private static final String SUFFIX = ".tar.gz";

    private final Path folder;
    private final BundleVerifier verifier;
    private final Reading reading;
    private Map<Version, Optional<VerifiedBundle>> known = new HashMap<>();
    /** What could not be read at the last call, so that it is told once. */
    private Set<Path> unreadable = Set.of();

    /** A file as it was when it was read. */
    private record Version(Path file, long bytes, long modified) {}

    /** How a file is read. */
    interface Reading {
        byte[] bytes(Path file) throws IOException;
    }

    /**
     * Of a folder, which need not be there yet.
     *
     * @param root whose signatures count
     */
    public DraftFolder(Path folder, TrustRoot root) {
        this(folder, root, Files::readAllBytes);
    }

    DraftFolder(Path folder, TrustRoot root, Reading reading) {
        this.reading = reading;
        this.folder = folder;
        this.verifier = new BundleVerifier(root);
    }

    /** The drafts that are there now, the highest revision first; each bundle once. */
    public synchronized List<VerifiedBundle> drafts() {
        Map<Version, Optional<VerifiedBundle>> now = new HashMap<>();
        Set<Path> failed = new HashSet<>();
        for (Version version : files()) {
            Optional<VerifiedBundle> read = known.get(version);
            try {
                now.put(version, read == null ? read(version) : read);
            } catch (IOException e) { // a permission that is given later changes neither its length nor its time
                failed.add(version.file());
                if (!unreadable.contains(version.file())) {
                    LOG.warn("the draft {} cannot be read: {}", version.file(), e.toString());
                }
            }
        }
        known = now;
        unreadable = failed;
        HashSet<String> digests = new HashSet<>();
        return now.values().stream()
                .flatMap(Optional::stream)
                .filter(bundle -> digests.add(bundle.digest()))
                .sorted(Comparator.comparingLong(VerifiedBundle::revision)
                        .reversed()
                        .thenComparing(VerifiedBundle::digest))
                .toList();
    }

    private List<Version> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(SUFFIX) && Files.isRegularFile(file))
                    .sorted(Comparator.reverseOrder())
                    .limit(MAX_FILES)
                    .flatMap(file -> version(file).stream())
                    .toList();
        } catch (IOException | UncheckedIOException e) { // at its opening, or while it is gone through
            LOG.warn("the folder of drafts {} cannot be listed: {}", folder, e.getMessage());
            return List.of();
        }
    }

    private static Optional<Version> version(Path file) {
        try {
            return Optional.of(new Version(
                    file, Files.size(file), Files.getLastModifiedTime(file).toMillis()));
        } catch (IOException e) { // it went meanwhile
            return Optional.empty();
        }
    }

    private Optional<VerifiedBundle> read(Version version) throws IOException {
        if (version.bytes() > BundleArchive.MAX_ARCHIVE_BYTES) {
            LOG.warn(
                    "the draft {} is left out: it has more than {} bytes",
                    version.file(),
                    BundleArchive.MAX_ARCHIVE_BYTES);
            return Optional.empty();
        }
        byte[] archive = reading.bytes(version.file());
        try {
            return Optional.of(verifier.open(archive));
        } catch (BundleRefusedException e) {
            LOG.warn("the draft {} is left out: {}", version.file(), e.getMessage());
            return Optional.empty();
        }
    }
}
