package io.sluice.jobs.protect;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.transform.Pseudonyms;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Mints the random codes of subjects and finds them again in what is remembered of each. A code is kept under one half of a
 * keyed hash of (tenant, subject, domain, value) and masked with the other half: without the key, state tells neither values
 * nor codes (P2). The hash serves to find a code and is no part of it.
 *
 * <p>A code that a restore forgets was never visible: state and views are committed together. Confined to the task thread.
 */
final class SubjectCodes {
    private static final String KEY = "pseudonym";
    private static final byte VERSION = 1;
    private static final int CODE_BYTES = 16;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String tenant;
    private final HmacSha256 hmac;
    private final SecureRandom random;

    /** @param ring the keys of the {@code fields} keystore; version 1 of the key serves for good */
    SubjectCodes(String tenant, KeyRing ring, SecureRandom random) {
        this.tenant = tenant;
        this.hmac = new HmacSha256(ring.version(KEY, 1, false).secret());
        this.random = random;
    }

    /** The codes of a subject, kept in what is remembered of it. */
    Pseudonyms of(SubjectRef subject, KeptCodes kept) {
        return (domain, value) -> {
            try {
                return code(subject, domain, value, kept);
            } catch (Exception e) {
                throw new IllegalStateException("the codes of a subject cannot be read or kept", e);
            }
        };
    }

    private @Nullable String code(SubjectRef subject, String domain, String value, KeptCodes kept) throws Exception {
        byte[] hash = hmac.of(new LengthPrefixed()
                .text("sluice-pseudonym")
                .u8(VERSION)
                .text(tenant)
                .text(subject.value())
                .text(domain)
                .text(value)
                .toBytes());
        String place = BASE64.encodeToString(Arrays.copyOf(hash, CODE_BYTES));
        byte[] masked = kept.find(place);
        if (masked != null) {
            return masked.length == 1 + CODE_BYTES && masked[0] == VERSION ? text(masked, hash) : null;
        }
        byte[] fresh = new byte[1 + CODE_BYTES];
        random.nextBytes(fresh);
        fresh[0] = VERSION;
        return kept.keep(place, fresh) ? text(fresh, hash) : null;
    }

    private static String text(byte[] masked, byte[] hash) {
        ByteBuffer code = ByteBuffer.allocate(CODE_BYTES);
        for (int i = 0; i < CODE_BYTES; i++) {
            code.put((byte) (masked[1 + i] ^ hash[CODE_BYTES + i]));
        }
        // RFC 9562, version 4: all but these six bits are random.
        long high = code.getLong(0) & 0xffff_ffff_ffff_0fffL | 0x4000L;
        long low = code.getLong(Long.BYTES) & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
