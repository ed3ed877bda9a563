package io.sluice.protection.keys;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/**
 * Where AWS KMS is. Credentials are no setting: the SDK's default chain finds them.
 *
 * @param region as {@code eu-central-1}
 * @param prefix what aliases of this set of keys begin with; one per deployment and set
 * @param deletionDays how long AWS waits before it deletes a destroyed key: 7 to 30
 * @param timeout longest time for one call, its retries included
 * @param endpoint of an emulator on this machine; null for AWS itself
 */
public record AwsKmsSettings(
        String region,
        String prefix,
        int deletionDays,
        Duration timeout,
        @Nullable URI endpoint) implements KmsSettings.Service {
    private static final long serialVersionUID = 1;

    /** The shortest time that AWS allows. */
    public static final int MIN_DELETION_DAYS = 7;

    private static final int MAX_DELETION_DAYS = 30;
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]{2,16}){1,3}-[0-9]{1,2}");
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    public AwsKmsSettings {
        if (!REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("region must be one of AWS, like eu-central-1");
        }
        if (!PREFIX.matcher(prefix).matches() || prefix.equals("aws")) {
            throw new IllegalArgumentException("prefix must match " + PREFIX.pattern() + " and not be aws");
        }
        if (deletionDays < MIN_DELETION_DAYS || deletionDays > MAX_DELETION_DAYS) {
            throw new IllegalArgumentException(
                    "deletionDays must be " + MIN_DELETION_DAYS + " to " + MAX_DELETION_DAYS);
        }
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout must be 100ms to 1m");
        }
        if (endpoint != null && !isEmulator(endpoint)) {
            throw new IllegalArgumentException(
                    "endpoint is for an emulator on this machine, like http://127.0.0.1:5000; leave it out for AWS");
        }
    }

    private static boolean isEmulator(URI endpoint) {
        return "http".equals(endpoint.getScheme())
                && ("127.0.0.1".equals(endpoint.getHost()) || "localhost".equals(endpoint.getHost()));
    }

    KmsClient client() {
        KmsClientBuilder builder = KmsClient.builder()
                .region(Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(timeout)
                        .socketTimeout(timeout))
                .overrideConfiguration(
                        client -> client.apiCallTimeout(timeout).apiCallAttemptTimeout(timeout.dividedBy(2)));
        return (endpoint == null ? builder : builder.endpointOverride(endpoint)).build();
    }
}
