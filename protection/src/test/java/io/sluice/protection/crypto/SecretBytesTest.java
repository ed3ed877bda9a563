package io.sluice.protection.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SecretBytesTest {
    @Test
    void showsNothingOfItself() {
        SecretBytes secret = SecretBytes.copyOf("swordfish".getBytes(UTF_8));
        assertThat(secret.toString()).isEqualTo("SecretBytes[hidden]");
    }

    @Test
    void refusesUseAfterDestruction() {
        SecretBytes secret = SecretBytes.copyOf(new byte[32]);
        secret.destroy();
        assertThat(secret.isDestroyed()).isTrue();
        assertThatThrownBy(() -> new AesGcm(secret)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new HmacSha256(secret)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isACopy() {
        byte[] bytes = {1, 2, 3};
        SecretBytes secret = SecretBytes.copyOf(bytes);
        bytes[0] = 9;
        assertThat(secret).isEqualTo(SecretBytes.copyOf(new byte[] {1, 2, 3}));
    }

    @Test
    void wrapOpensOnlyUnderItsKeyAndAssociatedData() {
        SecureRandom random = new SecureRandom();
        SecretBytes wrapping = SecretBytes.random(32, random);
        SecretBytes key = SecretBytes.random(32, random);
        byte[] aad = {1, 2};

        byte[] wrapped = KeyWrap.wrap(wrapping, key, aad, random);

        assertThat(wrapped).hasSize(32 + 29);
        assertThat(KeyWrap.unwrap(wrapping, wrapped, aad)).isEqualTo(key);
        assertThat(KeyWrap.unwrap(wrapping, wrapped, new byte[] {1, 3})).isNull();
        assertThat(KeyWrap.unwrap(key, wrapped, aad)).isNull();
        assertThat(KeyWrap.unwrap(wrapping, new byte[0], aad)).isNull();
        for (int bit = 0; bit < wrapped.length * 8; bit++) {
            byte[] flipped = wrapped.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(KeyWrap.unwrap(wrapping, flipped, aad)).isNull();
        }
    }

    @Test
    void keyFileOpensOnlyWithItsPassword() throws GeneralSecurityException {
        SecretBytes key = SecretBytes.random(32, new SecureRandom());
        Pkcs12Keys keys = Pkcs12Keys.empty();
        keys.put("ingress-2026-11-23", key, "right".toCharArray());
        byte[] file = keys.toBytes("right".toCharArray());

        Pkcs12Keys read = Pkcs12Keys.read(file, "right".toCharArray());
        assertThat(read.names()).containsExactly("ingress-2026-11-23");
        assertThat(read.key("ingress-2026-11-23", "right".toCharArray())).isEqualTo(key);
        assertThat(read.key("ingress-2026-11-24", "right".toCharArray())).isNull();
        assertThatThrownBy(() -> read.key("ingress-2026-11-23", "wrong".toCharArray()))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Pkcs12Keys.read(file, "wrong".toCharArray()))
                .isInstanceOf(GeneralSecurityException.class);
        file[file.length / 2] ^= 1;
        assertThatThrownBy(() -> Pkcs12Keys.read(file, "right".toCharArray()))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
