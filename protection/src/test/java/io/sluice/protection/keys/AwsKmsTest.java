package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Against moto, an emulator. */
@NullUnmarked // what is null here fails the test
class AwsKmsTest extends KmsContract {
    private static @Nullable KmsEmulator emulator;

    @BeforeAll
    static void start() throws IOException {
        if (KmsEmulator.isInstalled()) {
            emulator = KmsEmulator.start();
        }
    }

    @BeforeEach
    void requireEmulator() {
        Assumptions.assumeTrue(emulator != null, "moto_server is not at hand: " + KmsEmulator.INSTALL);
    }

    @AfterAll
    static void stop() {
        if (emulator != null) {
            emulator.close();
        }
    }

    private static AwsKmsSettings settings(String prefix, Duration timeout, URI endpoint) {
        return new AwsKmsSettings("eu-central-1", prefix, 7, timeout, endpoint);
    }

    private static AwsKms open(String prefix) {
        return AwsKms.open(settings(prefix, Duration.ofSeconds(60), emulator.endpoint()));
    }

    @Override
    Kms kms() {
        return open("sluice-test");
    }

    @Override
    Kms outOfReach() {
        try {
            return AwsKms.later(settings("sluice-test", Duration.ofSeconds(20), KmsEmulator.nobody()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    boolean destroysLater() {
        return true;
    }

    @Override
    int alterEvery() {
        return 11;
    }

    @Test
    void deletionIsScheduledForTheDayOfTheReceipt() {
        Kms kms = kms();
        kms.create("tree-1-1");
        Instant now = Instant.now();
        assertThat(kms.destroy("tree-1-1").orElseThrow().effective())
                .isBetween(
                        now.plus(Duration.ofDays(7).minusMinutes(5)),
                        now.plus(Duration.ofDays(7).plusMinutes(5)));
        assertThat(kms().destroy("tree-1-1")).isEqualTo(kms.destroy("tree-1-1"));
    }

    /** As a destruction leaves it that died before it took the name away. */
    @Test
    void aNameThatLeadsToADestroyedKeyIsGivenAnew() {
        Kms kms = open("sluice-half");
        kms.create("k");
        byte[] lost = kms.wrap("k", key(), AAD);
        try (KmsClient client = KmsClient.builder()
                .region(Region.EU_CENTRAL_1)
                .endpointOverride(emulator.endpoint())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            client.scheduleKeyDeletion(key -> key.keyId(client.describeKey(named -> named.keyId("alias/sluice-half/k"))
                            .keyMetadata()
                            .keyId())
                    .pendingWindowInDays(7));
        }

        assertThat(open("sluice-half").create("k")).isTrue();
        assertThat(open("sluice-half").create("k")).isFalse();

        Kms later = open("sluice-half");
        assertThat(later.unwrap("k", later.wrap("k", key(), AAD), AAD)).isInstanceOf(Unwrapped.Key.class);
        assertThat(later.unwrap("k", lost, AAD)).isNotInstanceOf(Unwrapped.Key.class);
    }

    @Test
    void aFolderOfKeysStandsOnIt(@TempDir Path keys) {
        KmsSettings kms = new KmsSettings(
                settings("sluice-ring", Duration.ofSeconds(60), emulator.endpoint()), KmsSettings.DEFAULT_OUTAGE_LIMIT);
        RingKey key = Keystore.openOrCreate(keys, kms, "dev").ring().version("token.kms.d", 1, true);
        assertThat(Keystore.open(keys, kms, "dev").ring().version("token.kms.d", 1, true))
                .isEqualTo(key);
    }

    @Test
    void setsOfKeysDoNotMix() {
        Kms one = open("sluice-one");
        Kms other = open("sluice-other");
        one.create("keyring.0123456789abcdef01234567");
        other.create("mine");
        assertThat(one.keyNames()).containsExactly("keyring.0123456789abcdef01234567");
        assertThat(other.keyNames()).containsExactly("mine");
        assertThat(other.has("keyring.0123456789abcdef01234567")).isFalse();
    }

    @Test
    void saysWhenAKeyWasMade() {
        Kms kms = kms();
        kms.create("dated");
        assertThat(kms.describe("dated").orElseThrow().created())
                .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(60));
        assertThat(kms.describe("dated").orElseThrow().id()).startsWith("arn:aws:kms:eu-central-1:");
    }

    @Test
    void anEmulatorThatHangsIsOutOfReachUntilItGoesOn() throws Exception {
        Kms kms = kms();
        Kms hasty = AwsKms.later(settings("sluice-test", Duration.ofSeconds(2), emulator.endpoint()));
        SecretBytes key = SecretBytes.random(32, new SecureRandom());
        byte[] bound = "x".getBytes(UTF_8);
        kms.create("outage");
        byte[] wrapped = kms.wrap("outage", key, bound);

        emulator.hang(true);
        try {
            assertThat(hasty.unwrap("outage", wrapped, bound)).isInstanceOf(Unwrapped.OutOfReach.class);
            assertCode(Code.UNREACHABLE, () -> hasty.wrap("outage", key, bound));
        } finally {
            emulator.hang(false);
        }
        assertThat(kms.unwrap("outage", wrapped, bound)).isEqualTo(new Unwrapped.Key(key));
    }

    @Test
    void settingsAreChecked() {
        URI local = URI.create("http://localhost:1");
        assertRefused("region", () -> new AwsKmsSettings("mars", "p", 7, Duration.ofSeconds(1), local));
        assertRefused("prefix", () -> new AwsKmsSettings("eu-central-1", "a/b", 7, Duration.ofSeconds(1), local));
        assertRefused("prefix", () -> new AwsKmsSettings("eu-central-1", "aws", 7, Duration.ofSeconds(1), local));
        for (int days : new int[] {6, 31}) {
            assertRefused(
                    "deletionDays", () -> new AwsKmsSettings("eu-central-1", "p", days, Duration.ofSeconds(1), local));
        }
        assertRefused("timeout", () -> new AwsKmsSettings("eu-central-1", "p", 7, Duration.ZERO, local));
        assertRefused("timeout", () -> new AwsKmsSettings("eu-central-1", "p", 7, Duration.ofHours(1), local));
        assertRefused("endpoint", () -> settings("p", Duration.ofSeconds(1), URI.create("http://kms.example:80")));
    }

    private static void assertRefused(String setting, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(setting);
    }
}
