package io.sluice.cli.policy;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.verify.TrustRoot;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files that officers make and hand to each other. Every failure names the file. Stateless. */
public final class OfficerFiles {
    private static final int MAX_JSON_BYTES = 1 << 20;
    private static final int MAX_REPORT_BYTES = 16 << 20;

    private OfficerFiles() {}

    /** The trust root of a deployment. @throws CommandFailure where it is missing, malformed, or another tenant's */
    public static TrustRoot trustRoot(SluiceConfig config, @Nullable Path named) {
        Path file = named == null ? config.policy().trustRoot() : named;
        byte[] json = read(
                file,
                MAX_JSON_BYTES,
                "the trust root; \"./sluice policy trust\" makes it, the setting policy.trustRoot names it");
        TrustRoot root;
        try {
            root = TrustRoot.of(json);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + " is no trust root; \"./sluice policy trust\" makes one", e);
        }
        if (!root.tenant().equals(config.tenant())) {
            throw new CommandFailure(file + " is the trust root of tenant " + root.tenant()
                    + ", and the setting tenant says " + config.tenant());
        }
        return root;
    }

    /** A bundle's archive, as {@code policy build} wrote it. */
    public static byte[] bundle(Path file) {
        return read(file, BundleArchive.MAX_ARCHIVE_BYTES, "the bundle; \"./sluice policy build\" makes one");
    }

    /** The approvals in a file, where there is one. @throws CommandFailure where they are malformed or of another bundle */
    public static Optional<Approvals> approvals(Path file, String digest) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Approvals approvals;
        try {
            approvals = Approvals.of(read(file, MAX_JSON_BYTES, "the approvals"));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + " holds no approvals; name another file with --approvals", e);
        }
        if (!approvals.bundle().equals(digest)) {
            throw new CommandFailure(file + " approves the bundle " + approvals.bundle() + ", and this one is " + digest
                    + "; an approval holds for the very bytes that were approved. Name another file with --approvals");
        }
        return Optional.of(approvals);
    }

    /** The JSON of a report, as {@code policy impact --out} wrote it. */
    public static byte[] report(Path file) {
        return read(file, MAX_REPORT_BYTES, "the report; \"./sluice policy impact BUNDLE --out FILE\" makes one");
    }

    /** Writes a new file. @throws CommandFailure where it exists already */
    public static void create(Path file, byte[] content) {
        try {
            Files.write(file, content, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    file + " exists already and is not written over; remove it or choose another name");
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + reason(e), e);
        }
    }

    /** Fails early where {@link #create} would. */
    public static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw new CommandFailure(
                    file + " exists already and is not written over; remove it or choose another name");
        }
    }

    /** Replaces a file as a whole: readers see the old or the new content. */
    public static void replace(Path file, byte[] content) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + reason(e), e);
        }
    }

    private static byte[] read(Path file, int maxBytes, String what) {
        try {
            if (Files.size(file) > maxBytes) {
                throw new CommandFailure(file + " has more than " + maxBytes + " bytes and cannot be " + what);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(file + " does not exist; it should be " + what);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException
                ? "access denied; check its owner and mode"
                : e.getClass().getSimpleName();
    }
}
