package io.sluice.protection.transform;

import io.sluice.core.encoding.Base32;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;
import java.nio.charset.StandardCharsets;

/**
 * {@code tokenise}: {@code tok1_<4 characters of the key id>_<26 of base32>}, 128 bits of HMAC-SHA-256 over the canonical
 * value. Equal values of one domain have equal tokens, in every dataset; without the domain's key a token says nothing.
 * Not reversible, but derived: whoever holds the key can try values out.
 */
final class Tokenise extends Transform.OfText {
    /** Length of a token before base32. */
    static final int TOKEN_BYTES = 16;

    private final HmacSha256 hmac;
    private final KeyId keyId;
    private final Canonicaliser canonicaliser;
    private final byte[] scope;
    private final byte[] mac = new byte[HmacSha256.BYTES];
    private final String prefix;

    Tokenise(String tenant, String domain, Canonicaliser canonicaliser, RingKey key) {
        this.hmac = new HmacSha256(key.secret());
        this.keyId = key.id();
        this.canonicaliser = canonicaliser;
        this.prefix = "tok1_" + key.id().shortForm() + "_";
        this.scope = new LengthPrefixed()
                .text("sluice-token")
                .u8(1)
                .text(tenant)
                .text(domain)
                .text(canonicaliser.code())
                .toBytes();
    }

    @Override
    KeyId keyId() {
        return keyId;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        String canonical = canonicaliser.apply(text);
        if (canonical == null) {
            return Outcome.FAILED;
        }
        byte[] value = canonical.getBytes(StandardCharsets.UTF_8);
        hmac.update(scope, 0, scope.length);
        hmac.update(value, 0, value.length);
        hmac.finish(mac, 0);
        out.plain(prefix + Base32.encode(mac, TOKEN_BYTES));
        return Outcome.WRITTEN;
    }
}
