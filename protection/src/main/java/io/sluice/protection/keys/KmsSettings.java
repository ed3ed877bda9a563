package io.sluice.protection.keys;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Which KMS wraps the keys of a folder. Travels to tasks: holds names and paths, never a secret.
 *
 * @param service where it is
 * @param outageLimit how long keys in memory are used while it does not answer, 2 min to 24 h
 * @param envelope when keys of domains are replaced
 */
public record KmsSettings(Service service, Duration outageLimit, EnvelopeLimits envelope) implements Serializable {
    private static final long serialVersionUID = 1;

    /** The limit where none is set. */
    public static final Duration DEFAULT_OUTAGE_LIMIT = Duration.ofMinutes(5);

    /** The kinds of KMS there are. */
    public sealed interface Service extends Serializable permits Local, Pkcs11, AwsKmsSettings {}

    /**
     * A file beside the ring.
     *
     * @param passwordFile its password's file, mode 600
     */
    public record Local(String passwordFile) implements Service {
        private static final long serialVersionUID = 1;
    }

    /**
     * A PKCS#11 token.
     *
     * @param library absolute path of the vendor's PKCS#11 library
     * @param token label of the token
     * @param pinFile file with the PIN of the token's user, mode 600
     */
    public record Pkcs11(String library, String token, String pinFile) implements Service {
        private static final long serialVersionUID = 1;
    }

    /** With the default limits of envelope keys. */
    public KmsSettings(Service service, Duration outageLimit) {
        this(service, outageLimit, EnvelopeLimits.DEFAULT);
    }

    public KmsSettings {
        if (outageLimit.compareTo(Duration.ofMinutes(2)) < 0 || outageLimit.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("outageLimit must be 2m to 24h");
        }
    }

    /** The same with other limits of envelope keys. */
    public KmsSettings with(EnvelopeLimits limits) {
        return new KmsSettings(service, outageLimit, limits);
    }

    /** The local keystore under the password of a file. */
    public static KmsSettings local(Path passwordFile) {
        return new KmsSettings(new Local(passwordFile.toString()), DEFAULT_OUTAGE_LIMIT);
    }

    /**
     * Opens it.
     *
     * @param keystore the local keystore's file, which no other kind reads
     * @param make whether to make a local keystore, and its password file, where there is none
     * @throws KeyAccessException where it does not open or does not answer
     */
    Kms open(Path keystore, boolean make) {
        if (service instanceof Local local) {
            Path password = Path.of(local.passwordFile());
            return make ? LocalKms.openOrCreate(keystore, password) : LocalKms.open(keystore, password);
        }
        if (service instanceof Pkcs11 pkcs11) {
            return Pkcs11Kms.open(pkcs11);
        }
        return AwsKms.open((AwsKmsSettings) service);
    }
}
