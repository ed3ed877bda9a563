package io.sluice.protection.keys;

import io.sluice.core.encoding.Names;
import java.nio.file.Path;
import java.time.Clock;

/**
 * A folder of keys: {@code keyring.json}, whose keys a KMS wraps, and with the local KMS its {@code keystore.p12}.
 *
 * <p>A deployment has two by design. {@code ingress} holds the period keys of the seal and the keys of references; the
 * gateway has this one only. {@code fields} holds the keys of recipients' views and is never given to the gateway.
 *
 * @param kms the wrapping keys
 * @param ring the named keys
 */
public record Keystore(Kms kms, KeyRing ring) {
    private static final String KMS_FILE = "keystore.p12";
    private static final String RING_FILE = "keyring.json";

    /**
     * Opens an existing folder of keys.
     *
     * @throws KeyAccessException where a file is missing, readable by others, of another tenant, or damaged
     */
    public static Keystore open(Path folder, Path passwordFile, String tenant) {
        return open(folder, KmsSettings.local(passwordFile), tenant);
    }

    /** The same with any KMS. */
    public static Keystore open(Path folder, KmsSettings settings, String tenant) {
        Names.requireId("tenant", tenant);
        Kms kms = settings.open(folder.resolve(KMS_FILE), false);
        return new Keystore(kms, KeyRing.open(folder.resolve(RING_FILE), kms, tenant, Clock.systemUTC(), settings));
    }

    /** Opens a folder of keys; makes what is missing, the password file too. */
    public static Keystore openOrCreate(Path folder, Path passwordFile, String tenant) {
        return openOrCreate(folder, KmsSettings.local(passwordFile), tenant);
    }

    /** The same with any KMS. A token or an account must be there already. */
    public static Keystore openOrCreate(Path folder, KmsSettings settings, String tenant) {
        Names.requireId("tenant", tenant);
        Kms kms = settings.open(folder.resolve(KMS_FILE), true);
        return new Keystore(
                kms, KeyRing.openOrCreate(folder.resolve(RING_FILE), kms, tenant, Clock.systemUTC(), settings));
    }
}
