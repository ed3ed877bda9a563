package io.sluice.cli.scenario;

import io.sluice.policies.draft.DraftPolicy;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.SubjectReferences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Keys that are made for a run and gone with it: what was protected under them, nobody can ever turn back. In a folder of its
 * own, readable by its owner alone, which {@link #close} removes.
 */
public final class EphemeralKeys implements AutoCloseable {
    private final Path folder;
    private final KeyRing fields;
    private final SubjectReferences references;

    private EphemeralKeys(Path folder) {
        this.folder = folder;
        this.fields = Keystore.openOrCreate(
                        folder.resolve("fields"), folder.resolve("fields.password"), DraftPolicy.TENANT)
                .ring();
        this.references = SealKeys.openOrCreate(
                        folder.resolve("ingress"), folder.resolve("ingress.password"), DraftPolicy.TENANT)
                .subjectReferences();
    }

    /** Makes fresh keys. */
    public static EphemeralKeys create() {
        try {
            return new EphemeralKeys(Files.createTempDirectory("sluice-scenarios"));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder can be made for the keys of the scenarios", e);
        }
    }

    /** Keys of recipients' views. */
    KeyRing fields() {
        return fields;
    }

    /** Keyed hashes of subjects. */
    SubjectReferences references() {
        return references;
    }

    @Override
    public void close() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The keys of the scenarios in " + folder + " cannot be removed", e);
        }
    }
}
