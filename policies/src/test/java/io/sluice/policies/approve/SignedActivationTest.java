package io.sluice.policies.approve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of an activation. The golden ones were signed by OpenSSL, under the first key of RFC 8032, section 7.1. */
class SignedActivationTest {
    private static final String SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final String PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private static final Approvers ADA = new Approvers(
            1,
            new TreeMap<>(Map.of(
                    "ada",
                    OfficerPublicKey.ofBase64(
                            Base64.getEncoder().encodeToString(HexFormat.of().parseHex(PUBLIC))))),
            Set.of());
    private static final Candidate CANDIDATE = new Candidate("cd".repeat(32), 6);
    private static final Candidate SHADOW = new Candidate("ef".repeat(32), 8);

    @Test
    void theBytesAreThoseOfTheSpecification() throws Exception {
        assertGolden("plain", null);
        assertGolden("ended", Rollout.NONE);
        assertGolden("canary", new Rollout(new Canary(CANDIDATE, 500), SHADOW, false));
        assertGolden("floor", new Rollout(null, null, true));
        assertGolden("returning", new Rollout(new Canary(CANDIDATE, 500, ReturnLimit.DEFAULT), SHADOW, false));
    }

    /** What takes the canary back is signed with it, byte for byte, and keeps the shadow. */
    @Test
    void theReturnOfACanaryIsIssuedWithIt() throws Exception {
        SignedActivation returning = SignedActivation.of(golden("returning"));
        SignedActivation back = returning.comingBack().orElseThrow();
        assertThat(back.toBytes()).isEqualTo(golden("returned"));
        assertThat(SignedActivation.of(golden("returned"))).isEqualTo(back);
        assertThat(back.issuedBy(ADA)).isTrue();
        assertThat(back.activation().number()).isEqualTo(8);
        assertThat(back.activation().active()).isEqualTo(returning.activation().active());
        assertThat(back.activation().canary()).isEmpty();
        assertThat(back.activation().shadow()).contains(SHADOW);
        assertThat(back.activation().returned()).contains(CANDIDATE);
        assertThat(back.comingBack()).isEmpty();
        assertThat(SignedActivation.of(golden("canary")).comingBack()).isEmpty();
    }

    /** Limit, signature of the return, and that there is one: what the officer did not sign is not the officer's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"records\":200|\"records\":201",
                "\"excessBasisPoints\":200|\"excessBasisPoints\":0",
                "\"return\":\"|\"return\":\"AAAA",
                "\"return\":\"|\"return\":\"!"
            })
    void aReturnOfAnotherKindIsNotWhatTheOfficerSigned(String change) throws Exception {
        String[] parts = change.split("[|]", -1);
        String altered = new String(golden("returning"), UTF_8).replace(parts[0], parts[1]);
        assertThat(SignedActivation.of(altered.getBytes(UTF_8)).issuedBy(ADA)).isFalse();
    }

    /** Signed anew by an officer who took the return of another's: rooms would be left without the way back. */
    @Test
    void aCanaryWhoseReturnAnotherSignedIsNotIssued() throws Exception {
        OfficerKey ada = OfficerKey.among(ADA, key());
        Activation activation = SignedActivation.of(golden("returning")).activation();
        String strangers = Objects.requireNonNull(
                SignedActivation.issue(activation, OfficerKey.generate("ada")).back());
        assertThat(SignedActivation.issue(activation, strangers, ada).issuedBy(ADA))
                .isFalse();
    }

    private static void assertGolden(String name, @Nullable Rollout rollout) throws Exception {
        byte[] golden = golden(name);
        Activation activation =
                new Activation(7, "ab".repeat(32), 5, "dev", Instant.parse("2026-11-23T12:00:00Z"), rollout);
        assertThat(SignedActivation.issue(activation, OfficerKey.among(ADA, key()))
                        .toBytes())
                .isEqualTo(golden);
        SignedActivation read = SignedActivation.of(golden);
        assertThat(read.activation()).isEqualTo(activation);
        assertThat(read.issuedBy(ADA)).isTrue();
    }

    @Test
    void aShareALittleGreaterIsNotWhatTheOfficerSigned() throws Exception {
        String altered = new String(golden("canary"), UTF_8).replace(":500", ":501");
        assertThat(SignedActivation.of(altered.getBytes(UTF_8)).issuedBy(ADA)).isFalse();
    }

    @Test
    void aRolloutTakenOutIsNotWhatTheOfficerSigned() throws Exception {
        String altered = new String(golden("ended"), UTF_8).replace("\"rollout\":{},", "");
        assertThat(SignedActivation.of(altered.getBytes(UTF_8)).issuedBy(ADA)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":0}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":10000}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":-4294966796}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":4294967796}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":\"500\"}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":500},\"floor\":true}",
                "{\"canary\":{\"bundle\":\"B\",\"returnAt\":{\"excessBasisPoints\":1,\"records\":1},\"revision\":6,\"shareBasisPoints\":5}}",
                "{\"canary\":{\"bundle\":\"B\",\"returnAt\":null,\"revision\":6,\"shareBasisPoints\":5}}",
                "{\"returned\":{\"bundle\":\"B\"}}",
                "{\"floor\":true,\"returned\":{\"bundle\":\"B\",\"revision\":6}}",
                "{\"canary\":{\"bundle\":\"B\",\"revision\":6,\"shareBasisPoints\":5},\"returned\":{\"bundle\":\"B\",\"revision\":6}}",
                "{\"shadow\":{\"bundle\":\"B\",\"revision\":0}}",
                "{\"shadow\":{\"bundle\":\"short\",\"revision\":1}}",
                "{\"shadow\":null}",
                "{\"floor\":false}",
                "{\"floor\":\"true\"}",
                "{\"until\":\"tomorrow\"}",
                "null",
                "[]"
            })
    void whatIsNotWholeIsRefused(String rollout) throws Exception {
        String altered = new String(golden("ended"), UTF_8)
                .replace("\"rollout\":{}", "\"rollout\":" + rollout.replace("\"B\"", "\"" + CANDIDATE.bundle() + "\""));
        assertThatThrownBy(() -> SignedActivation.of(altered.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"excessBasisPoints\":-1,\"records\":200",
                "\"excessBasisPoints\":10000,\"records\":200",
                "\"excessBasisPoints\":4294967496,\"records\":200",
                "\"excessBasisPoints\":200,\"records\":0",
                "\"excessBasisPoints\":200,\"records\":\"200\"",
                "\"excessBasisPoints\":200",
                "\"excessBasisPoints\":200,\"records\":200,\"until\":1"
            })
    void aLimitThatIsNoneIsRefused(String limit) throws Exception {
        String altered =
                new String(golden("returning"), UTF_8).replace("\"excessBasisPoints\":200,\"records\":200", limit);
        assertThatThrownBy(() -> SignedActivation.of(altered.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static PrivateKey key() throws Exception {
        return KeyFactory.getInstance("Ed25519")
                .generatePrivate(
                        new PKCS8EncodedKeySpec(HexFormat.of().parseHex("302e020100300506032b657004220420" + SEED)));
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                SignedActivationTest.class.getResourceAsStream("/golden/activation/" + name + ".json"), name)) {
            return new String(in.readAllBytes(), UTF_8).strip().getBytes(UTF_8);
        }
    }
}
