package io.sluice.jobs.protect;

import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.jobs.protect.ProtectKeys.KeyFolder;
import io.sluice.policies.sign.KeyUse;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.seal.SealKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;

/** The keys of a tenant, as the gateway and the job have them. */
public record TestKeys(KeyFolder ingressFolder, KeyFolder fieldFolder, SealKeys seal, Keystore fields) {
    /** Makes keys that are the caller's alone. */
    static TestKeys in(Path folder) {
        KeyFolder ingress = KeyFolder.of(folder.resolve("ingress"), folder.resolve("ingress.password"));
        KeyFolder fields = KeyFolder.of(folder.resolve("fields"), folder.resolve("fields.password"));
        return new TestKeys(
                ingress,
                fields,
                SealKeys.openOrCreate(ingress.folderPath(), folder.resolve("ingress.password"), World.TENANT),
                Keystore.openOrCreate(fields.folderPath(), folder.resolve("fields.password"), World.TENANT));
    }

    /** The keys of every test of this JVM that destroys none and looks for none: made once, they take a second. */
    static TestKeys shared() {
        return Shared.KEYS;
    }

    /** Certificates, which nobody changes. */
    public static PkiFiles pki() {
        return Shared.PKI;
    }

    /** What signs bundles. */
    static KeyPair bundleKey() {
        return Shared.BUNDLE;
    }

    private static final class Shared {
        private static final Path FOLDER = folder();
        private static final TestKeys KEYS = in(FOLDER);
        private static final PkiFiles PKI = DevPki.openOrCreate(FOLDER.resolve("pki"), Clock.systemUTC());
        private static final KeyPair BUNDLE = KeyUse.BUNDLE.generate();

        private static Path folder() {
            try {
                return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "keys");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
