package io.sluice.certs;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes, checks and renews a development PKI in one folder.
 *
 * <p>Guarantees: private keys and their folders are readable by the owner only, or nothing is made; the certificates of
 * one making belong together, also after a crash in the middle; a renewal keeps the authorities, the revoked serials and
 * the policy-signing keys. It does not protect the authorities' keys from the owner's other processes: whoever can read
 * the folder can impersonate everybody, which is why production brings its own PKI.
 *
 * <p>Thread-safe; processes that share a folder take turns. Fails with {@link PkiException}.
 */
public final class DevPki {
    /** How long leaf certificates and revocation lists hold. */
    public static final Duration LEAF_VALIDITY = Duration.ofDays(30);

    /** They are made anew by the next opening when less than this is left. */
    public static final Duration RENEWAL_BEFORE_END = Duration.ofDays(1);

    /** A file lock excludes other processes only; threads of this one take turns on this. */
    private static final Object IN_PROCESS = new Object();

    private DevPki() {}

    /** Opens the PKI in a folder; makes what is missing and renews what ends within {@link #RENEWAL_BEFORE_END}. */
    public static PkiFiles openOrCreate(Path folder, Clock clock) {
        return underLock(folder, clock.instant(), false);
    }

    /** Makes every leaf certificate and revocation list anew, whatever is left of the old ones. */
    public static PkiFiles renew(Path folder, Clock clock) {
        return underLock(folder, clock.instant(), true);
    }

    /**
     * The PEM text of both revocation lists with further certificates on them, for who tries out what a list does. The
     * PKI's own lists stay as they are.
     *
     * @param nextUpdate when the lists are outdated
     * @param more certificates of the intermediate
     */
    public static String revocations(PkiFiles files, Instant nextUpdate, Collection<X509Certificate> more) {
        Instant thisUpdate = nextUpdate.minus(LEAF_VALIDITY);
        Authorities authorities = Authorities.load(files, thisUpdate).orElseThrow(() -> noAuthorities(files));
        try {
            Map<BigInteger, Instant> revoked = revokedBefore(files);
            more.forEach(certificate -> revoked.put(certificate.getSerialNumber(), thisUpdate));
            return Pem.crl(authorities.intermediate().revocations(revoked, thisUpdate, nextUpdate))
                    + Pem.crl(authorities.root().revocations(Map.of(), thisUpdate, nextUpdate));
        } catch (IOException e) {
            throw new PkiException(PkiException.Code.IO, files.folder() + " cannot be read", e);
        }
    }

    /**
     * A good client certificate of the intermediate with other names, for who tries out how names are read. It is no part
     * of the PKI, and nobody renews it.
     *
     * @param folder takes its files; it may not be the PKI's
     * @param names a URI where it has a colon, else a DNS name; written as they are
     */
    public static PemIdentity issue(PkiFiles files, Path folder, Clock clock, String... names) {
        Instant now = clock.instant();
        Authorities authorities = Authorities.load(files, now).orElseThrow(() -> noAuthorities(files));
        PrivateFolder own = PrivateFolder.claim(folder.toAbsolutePath());
        return new Issuance(files, own, authorities, now).issueNamed(folder.toAbsolutePath(), List.of(names));
    }

    private static PkiException noAuthorities(PkiFiles files) {
        return new PkiException(
                PkiException.Code.IO, files.folder() + " holds no authorities", new IOException("not found"));
    }

    private static PkiFiles underLock(Path folder, Instant now, boolean always) {
        synchronized (IN_PROCESS) {
            PrivateFolder privateFolder = PrivateFolder.claim(folder.toAbsolutePath());
            PkiFiles files = new PkiFiles(folder.toAbsolutePath());
            try (FileChannel channel = FileChannel.open(privateFolder.lockFile(), StandardOpenOption.WRITE)) {
                channel.lock(); // until the channel closes
                privateFolder.requirePrivate();
                if (always || !isCurrent(files, now)) {
                    make(files, privateFolder, now);
                }
                return files;
            } catch (IOException e) {
                throw new PkiException(PkiException.Code.IO, folder + " cannot be locked", e);
            }
        }
    }

    private static boolean isCurrent(PkiFiles files, Instant now) {
        return Manifest.read(files).filter(manifest -> manifest.current(now)).isPresent()
                && files.all().stream().allMatch(Files::exists);
    }

    private static void make(PkiFiles files, PrivateFolder folder, Instant now) throws IOException {
        Files.deleteIfExists(files.manifest());
        for (String subfolder : Set.of("identities", "faulty", "signers")) {
            folder.makeSubfolder(subfolder);
        }
        Authorities authorities = Authorities.load(files, now).orElse(null);
        Map<BigInteger, Instant> revoked = new LinkedHashMap<>();
        if (authorities == null) {
            authorities = Authorities.create(Authorities.NAME, now);
            authorities.write(files, folder);
        } else {
            revoked.putAll(revokedBefore(files));
        }
        new Issuance(files, folder, authorities, now).writeAll(revoked);
        SigningKeys.writeMissing(files, folder);
        new Manifest(now).write(files, folder);
    }

    private static Map<BigInteger, Instant> revokedBefore(PkiFiles files) throws IOException {
        Map<BigInteger, Instant> revoked = new LinkedHashMap<>();
        if (Files.exists(files.intermediateCrl())) {
            try {
                X509CRL crl = Pem.readCrl(Files.readAllBytes(files.intermediateCrl()));
                Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
                if (entries != null) {
                    entries.forEach(entry -> revoked.put(
                            entry.getSerialNumber(), entry.getRevocationDate().toInstant()));
                }
            } catch (GeneralSecurityException e) {
                throw new PkiException(PkiException.Code.CRYPTO, files.intermediateCrl() + " is damaged; delete it", e);
            }
        }
        return revoked;
    }
}
