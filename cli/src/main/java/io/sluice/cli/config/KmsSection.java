package io.sluice.cli.config;

import io.sluice.protection.keys.AwsKmsSettings;
import io.sluice.protection.keys.KmsSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Which key management service wraps the keys of a key store.
 *
 * @param kind {@code local}, {@code pkcs11} or {@code aws}
 * @param outageLimit how long keys in memory are used while the service does not answer
 * @param pkcs11 of kind {@code pkcs11} only
 * @param aws of kind {@code aws} only
 */
public record KmsSection(String kind, Duration outageLimit, Pkcs11 pkcs11, Aws aws) {
    private static final Duration AWS_TIMEOUT = Duration.ofSeconds(5);

    /**
     * A PKCS#11 token; one per key store.
     *
     * @param library the vendor's PKCS#11 library, an absolute path
     * @param token label of the token
     * @param pinFile file with the PIN of the token's user, mode 600
     */
    public record Pkcs11(Path library, String token, Path pinFile) {
        /** Checks that there is a label. */
        public Pkcs11 {
            Require.text("token", token);
        }
    }

    /**
     * AWS KMS. Credentials are no setting: the SDK's default chain finds them.
     *
     * @param region as {@code eu-central-1}
     * @param prefix of aliases; one per deployment and key store
     * @param deletionDays how long AWS waits before it deletes a destroyed key
     * @param timeout longest time for one call
     * @param endpoint of an emulator on this machine; empty for AWS itself
     */
    public record Aws(String region, String prefix, int deletionDays, Duration timeout, String endpoint) {
        /** Checks ranges. */
        public Aws {
            settings(region, prefix, deletionDays, timeout, endpoint);
        }

        private static AwsKmsSettings settings(
                String region, String prefix, int deletionDays, Duration timeout, String endpoint) {
            return new AwsKmsSettings(
                    region, prefix, deletionDays, timeout, endpoint.isEmpty() ? null : URI.create(endpoint));
        }

        AwsKmsSettings settings() {
            return settings(region, prefix, deletionDays, timeout, endpoint);
        }
    }

    /** Checks the kind and the limit. */
    public KmsSection {
        service(kind, Path.of("password"), pkcs11, aws);
        Require.range("outageLimit", outageLimit, Duration.ofMinutes(2), Duration.ofHours(24));
    }

    static KmsSection in(Path folder, String name) {
        return new KmsSection(
                "local",
                KmsSettings.DEFAULT_OUTAGE_LIMIT,
                new Pkcs11(Path.of("/usr/lib/softhsm/libsofthsm2.so"), "sluice-" + name, folder.resolve("pin")),
                new Aws("eu-central-1", "sluice-" + name, AwsKmsSettings.MIN_DELETION_DAYS, AWS_TIMEOUT, ""));
    }

    /** As a key store takes it. */
    KmsSettings settings(Path passwordFile) {
        return new KmsSettings(service(kind, passwordFile, pkcs11, aws), outageLimit);
    }

    /** What a table shows as the place of the secret that opens it. */
    String secret(Path passwordFile) {
        return switch (kind) {
            case "pkcs11" -> pkcs11.pinFile().toString();
            case "aws" -> "-";
            default -> passwordFile.toString();
        };
    }

    private static KmsSettings.Service service(String kind, Path passwordFile, Pkcs11 pkcs11, Aws aws) {
        return switch (kind) {
            case "local" -> new KmsSettings.Local(passwordFile.toString());
            case "pkcs11" ->
                new KmsSettings.Pkcs11(
                        pkcs11.library().toString(),
                        pkcs11.token(),
                        pkcs11.pinFile().toString());
            case "aws" -> aws.settings();
            default -> throw new IllegalArgumentException("kind must be local, pkcs11 or aws, is " + kind);
        };
    }
}
