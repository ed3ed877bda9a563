package io.sluice.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A root and the intermediate that it signed. */
record Authorities(CertificateAuthority root, CertificateAuthority intermediate) {
    static final String NAME = "Sluice";

    private static final Duration VALIDITY = Duration.ofDays(3650);

    static Authorities create(String name, Instant now) {
        Instant notBefore = now.minus(Duration.ofDays(1));
        Instant notAfter = now.plus(VALIDITY);
        CertificateAuthority root = CertificateAuthority.root(name + " Development Root CA", notBefore, notAfter);
        return new Authorities(root, root.subordinate(name + " Development Intermediate CA", notBefore, notAfter));
    }

    /** Returns the authorities on disk, or nothing where there are none or they would not outlive a new leaf. */
    static Optional<Authorities> load(PkiFiles files, Instant now) {
        boolean present = Files.exists(files.trust())
                && Files.exists(files.rootKey())
                && Files.exists(files.intermediate())
                && Files.exists(files.intermediateKey());
        if (!present) {
            return Optional.empty();
        }
        try {
            Authorities loaded = new Authorities(
                    load(files.trust(), files.rootKey()), load(files.intermediate(), files.intermediateKey()));
            loaded.intermediate()
                    .certificate()
                    .verify(loaded.root().certificate().getPublicKey());
            Instant needed = now.plus(DevPki.LEAF_VALIDITY).plus(Duration.ofDays(2));
            Instant end = loaded.intermediate().certificate().getNotAfter().toInstant();
            return end.isBefore(needed) ? Optional.empty() : Optional.of(loaded);
        } catch (IOException e) {
            throw new PkiException(PkiException.Code.IO, "the authorities in " + files.folder() + " cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new PkiException(
                    PkiException.Code.CRYPTO,
                    "the authorities in " + files.folder() + " are damaged; delete that folder to make new ones",
                    e);
        }
    }

    void write(PkiFiles files, PrivateFolder folder) {
        folder.write(files.trust(), Pem.certificate(root.certificate()));
        folder.write(files.rootKey(), Pem.key(root.key()));
        folder.write(files.intermediate(), Pem.certificate(intermediate.certificate()));
        folder.write(files.intermediateKey(), Pem.key(intermediate.key()));
    }

    private static CertificateAuthority load(Path certificate, Path key) throws IOException, GeneralSecurityException {
        return new CertificateAuthority(
                Pem.readCertificate(Files.readAllBytes(certificate)), Pem.readKey(Files.readAllBytes(key), "EC"));
    }
}
