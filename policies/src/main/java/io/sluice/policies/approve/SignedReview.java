package io.sluice.policies.approve;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import java.security.PrivateKey;
import java.util.Base64;

/**
 * The signature of whoever reviewed records of activity, over a statement of what was looked at and found (45 CFR
 * 164.308(a)(1)(ii)(D)). Made by a key of the kind that officers have, for this use only: it approves and activates
 * nothing. Stateless.
 */
public final class SignedReview {
    private SignedReview() {}

    /** Signs a statement; base64. @throws IllegalArgumentException where the key is not Ed25519 */
    public static String sign(PrivateKey key, byte[] statement) {
        return Base64.getEncoder().encodeToString(OfficerKey.sign(key, message(statement)));
    }

    /** Whether a key signed a statement; malformed signatures are nobody's. */
    public static boolean verifies(OfficerPublicKey key, byte[] statement, String signature) {
        try {
            return key.verifies(message(statement), Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }

    private static byte[] message(byte[] statement) {
        return new LengthPrefixed()
                .text("sluice-review")
                .u8(1)
                .bytes(Sha256.digest(statement))
                .toBytes();
    }
}
