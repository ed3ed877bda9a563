package io.sluice.protection.seal;

import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keys.KmsSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The keys of the ingress, opened once per process: how gateway, protect job and audit get at sealer, opener and
 * references without touching the keystore.
 *
 * <p>Safe for several threads; several processes may share the folder.
 */
public final class SealKeys {
    private static final String PERIOD_PREFIX = "ingress-";
    private static final Pattern PERIOD = Pattern.compile(PERIOD_PREFIX + "[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private final Keystore keystore;
    private final String tenant;
    private final SubjectReferences references;

    private SealKeys(Keystore keystore, String tenant) {
        this.keystore = keystore;
        this.tenant = tenant;
        this.references = new SubjectReferences(tenant, keystore.ring());
    }

    /**
     * Opens the ingress keystore.
     *
     * @param folder the folder with {@code keystore.p12} and {@code keyring.json}
     * @param passwordFile the file that holds the keystore's password, mode 600
     * @throws SealException where it does not open; the message says why
     */
    public static SealKeys open(Path folder, Path passwordFile, String tenant) {
        return open(folder, KmsSettings.local(passwordFile), tenant);
    }

    /** The same with any KMS. */
    public static SealKeys open(Path folder, KmsSettings kms, String tenant) {
        try {
            return new SealKeys(Keystore.open(folder, kms, tenant), tenant);
        } catch (KeyAccessException e) {
            throw new SealException("ingress keystore: " + e.getMessage(), e);
        }
    }

    /** Opens the ingress keystore; makes what is missing, the password file too. */
    public static SealKeys openOrCreate(Path folder, Path passwordFile, String tenant) {
        try {
            return new SealKeys(Keystore.openOrCreate(folder, passwordFile, tenant), tenant);
        } catch (KeyAccessException e) {
            throw new SealException("ingress keystore: " + e.getMessage(), e);
        }
    }

    /** The references of subjects and events. */
    public SubjectReferences subjectReferences() {
        return references;
    }

    /** A new sealer with data keys of its own; one per process is enough. */
    public Sealer sealer() {
        return new Sealer(keystore.kms(), keystore.ring().reach(), tenant, new SecureRandom(), null);
    }

    /** A new opener, for one thread. */
    public Opener opener(UnwrapLimits limits) {
        byte[] binding = SealForm.wrapBinding(tenant);
        return new Opener(
                (keyName, wrapped) -> keystore.kms().unwrap(keyName, wrapped, binding),
                tenant,
                limits,
                System::nanoTime);
    }

    /**
     * Destroys the wrapping keys of all days before {@code oldest}: records sealed on those days can never be opened
     * again. Called when the retention of ingress and quarantine of those days has ended.
     *
     * @return the receipts of the keys destroyed, oldest first
     */
    public List<DestroyReceipt> destroyPeriodsBefore(LocalDate oldest) {
        return keystore.kms().keyNames().stream()
                .filter(name -> PERIOD.matcher(name).matches())
                .filter(name -> name.compareTo(periodKey(oldest)) < 0)
                .map(keystore.kms()::destroy)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The days whose wrapping keys are there. */
    public SortedSet<LocalDate> periods() {
        return keystore.kms().keyNames().stream()
                .filter(name -> PERIOD.matcher(name).matches())
                .map(name -> LocalDate.parse(name.substring(PERIOD_PREFIX.length())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The KMS key of a day. */
    static String periodKey(LocalDate day) {
        return PERIOD_PREFIX + day;
    }
}
