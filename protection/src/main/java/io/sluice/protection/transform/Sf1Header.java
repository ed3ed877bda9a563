package io.sluice.protection.transform;

import io.sluice.core.rulebook.TransformKind;
import io.sluice.protection.keys.KeyId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an SF1 text says of itself, to those who hold no key. Nothing of it is verified before the text opens.
 *
 * @param key the id of its key
 * @param transform {@code encrypt} or {@code encrypt-deterministic}
 * @param binding which parts of its place it is bound to: {@code record}, {@code subject} or {@code dataset}
 */
public record Sf1Header(KeyId key, TransformKind transform, String binding) {
    private static final String KMS_HELD = "kms.";

    /** Reads a text; empty where it is not SF1 as this build writes it. */
    public static Optional<Sf1Header> of(String text) {
        Sf1 field = Sf1.parse(text);
        if (field == null) {
            return Optional.empty();
        }
        boolean deterministic = field.form().suite().deterministic();
        return Optional.of(new Sf1Header(
                KeyId.ofBytes(field.body(), Sf1.KEY_ID_AT),
                deterministic ? TransformKind.ENCRYPT_DETERMINISTIC : TransformKind.ENCRYPT,
                field.form().binding().name().toLowerCase(Locale.ROOT)));
    }

    /** Whether a text claims to be SF1. */
    public static boolean claims(String text) {
        return text.startsWith(Sf1.PREFIX);
    }

    /** The domain in the name of a key of the ring; empty where it is no key of a domain's fields. */
    public static Optional<String> domainOf(String keyName) {
        for (String prefix : List.of(Sf1Suite.SIV.keyPrefix, Sf1Suite.XAES.keyPrefix)) {
            if (keyName.startsWith(prefix)) {
                String rest = keyName.substring(prefix.length());
                return Optional.of(rest.startsWith(KMS_HELD) ? rest.substring(KMS_HELD.length()) : rest);
            }
        }
        return Optional.empty();
    }
}
