package io.sluice.policies.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleKeysTest {
    /** RFC 6979 appendix A.2.5: P-256, SHA-256. */
    private static final String RFC6979_KEY = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";

    private static final KeyPair EC = KeyUse.BUNDLE.generate();

    @ParameterizedTest
    @CsvSource({
        "sample, EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,"
                + " F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        "test, F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,"
                + " 019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"
    })
    void es256IsThatOfRfc6979(String message, String r, String s) throws Exception {
        byte[] signature = BundleKeys.sign(message, p256(RFC6979_KEY));

        assertThat(HexFormat.of().withUpperCase().formatHex(signature)).isEqualTo(r + s);
    }

    @Test
    void thePublicHalfIsThatOfRfc6979() throws Exception {
        ECPublicKey key = (ECPublicKey) BundleKeys.publicKey(p256(RFC6979_KEY));

        assertThat(key.getW().getAffineX().toString(16))
                .isEqualTo("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
        assertThat(key.getW().getAffineY().toString(16))
                .isEqualTo("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
        assertThat(BundleKeys.publicKey(EC.getPrivate())).isEqualTo(EC.getPublic());
    }

    @Test
    void theJdkVerifiesWhatWasSigned() throws Exception {
        Signature jdk = Signature.getInstance("SHA256withECDSAinP1363Format");
        jdk.initVerify(EC.getPublic());
        jdk.update("h.p".getBytes(StandardCharsets.US_ASCII));

        assertThat(jdk.verify(BundleKeys.sign("h.p", EC.getPrivate()))).isTrue();
        assertThat(BundleKeys.verifies(EC.getPublic(), "ES256", "h.p", BundleKeys.sign("h.p", EC.getPrivate())))
                .isTrue();
        assertThat(BundleKeys.verifies(EC.getPublic(), "ES256", "h.q", BundleKeys.sign("h.p", EC.getPrivate())))
                .isFalse();
    }

    @Test
    void anRsaKeySignsRs256() throws Exception {
        KeyPair rsa = pair("RSA", BundleKeys.MIN_RSA_BITS);

        assertThat(BundleKeys.algorithm(rsa.getPrivate())).isEqualTo("RS256");
        assertThat(BundleKeys.publicKey(rsa.getPrivate())).isEqualTo(rsa.getPublic());
        byte[] signature = BundleKeys.sign("h.p", rsa.getPrivate());
        assertThat(signature).isEqualTo(BundleKeys.sign("h.p", rsa.getPrivate()));
        assertThat(BundleKeys.verifies(rsa.getPublic(), "RS256", "h.p", signature))
                .isTrue();
        assertThat(BundleKeys.verifies(rsa.getPublic(), "ES256", "h.p", signature))
                .isFalse();
    }

    @Test
    void otherKeysSignNothing() throws Exception {
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        for (PrivateKey key : new PrivateKey[] {
            p384.generateKeyPair().getPrivate(),
            pair("RSA", 1_024).getPrivate(),
            KeyUse.OFFICER.generate().getPrivate()
        }) {
            assertThatThrownBy(() -> BundleKeys.sign("h.p", key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("P-256 (ES256), or an RSA key of 2048 bits or more (RS256)");
            assertThatThrownBy(() -> BundleKeys.publicKey(key)).hasMessageContaining("P-256");
        }
    }

    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static PrivateKey p256(String hex) throws Exception {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePrivate(
                        new ECPrivateKeySpec(new BigInteger(hex, 16), curve.getParameterSpec(ECParameterSpec.class)));
    }
}
