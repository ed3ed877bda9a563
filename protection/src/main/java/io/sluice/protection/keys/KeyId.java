package io.sluice.protection.keys;

import io.sluice.core.encoding.Base32;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The public name of one version of a key: the first 12 bytes of SHA-256 over tenant, key name and version. Stands in
 * ciphertexts and audit entries and says nothing of the key itself.
 *
 * @param hex 24 lower-case hex digits
 */
public record KeyId(String hex) {
    /** Length in bytes. */
    public static final int BYTES = 12;

    public KeyId {
        if (hex.length() != 2 * BYTES || !hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            throw new IllegalArgumentException("a key id has 24 lower-case hex digits");
        }
    }

    /** The id of a key's version: {@code docs/specs/sf1.md}. */
    public static KeyId of(String tenant, String keyName, int version) {
        byte[] digest = Sha256.digest(new LengthPrefixed()
                .text("sf1 key")
                .text(tenant)
                .text(keyName)
                .text(Integer.toString(version))
                .toBytes());
        return new KeyId(HexFormat.of().formatHex(digest, 0, BYTES));
    }

    /** The id that these 12 bytes are. */
    public static KeyId ofBytes(byte[] bytes, int offset) {
        return new KeyId(HexFormat.of().formatHex(bytes, offset, offset + BYTES));
    }

    /** Its 12 bytes. */
    public byte[] toBytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Its first 20 bits in base32: four characters, enough to tell a token's key versions apart. */
    public String shortForm() {
        return Base32.encode(Arrays.copyOf(toBytes(), 3), 3).substring(0, 4);
    }

    @Override
    public String toString() {
        return hex;
    }
}
