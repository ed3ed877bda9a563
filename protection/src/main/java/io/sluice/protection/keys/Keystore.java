package io.sluice.protection.keys;

import io.sluice.core.encoding.Names;
import java.nio.file.Path;
import java.time.Clock;

/**
 * A folder of keys: {@code keystore.p12} (the local KMS) and {@code keyring.json} (the keys it wraps).
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
        Names.requireId("tenant", tenant);
        Kms kms = LocalKms.open(folder.resolve(KMS_FILE), passwordFile);
        return new Keystore(kms, KeyRing.open(folder.resolve(RING_FILE), kms, tenant, Clock.systemUTC()));
    }

    /** Opens a folder of keys; makes what is missing, the password file too. */
    public static Keystore openOrCreate(Path folder, Path passwordFile, String tenant) {
        Names.requireId("tenant", tenant);
        Kms kms = LocalKms.openOrCreate(folder.resolve(KMS_FILE), passwordFile);
        return new Keystore(kms, KeyRing.openOrCreate(folder.resolve(RING_FILE), kms, tenant, Clock.systemUTC()));
    }
}
