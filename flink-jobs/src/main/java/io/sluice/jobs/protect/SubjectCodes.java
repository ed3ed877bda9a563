package io.sluice.jobs.protect;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.transform.Pseudonyms;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Mints the random codes of subjects and finds them again in what is remembered of each. A code is kept under one half of a
 * keyed hash of (tenant, subject, domain, value) and masked with the other half: without the key, state tells neither values
 * nor codes (P2), and where the key is the subject's own, an erasure makes what any checkpoint holds of them noise. The hash
 * serves to find a code and is no part of it.
 *
 * <p>A code that a restore forgets was never visible: state and views are committed together. Confined to the task thread.
 */
final class SubjectCodes {
    private static final byte VERSION = 1;
    private static final int CODE_BYTES = 16;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String tenant;
    private final SecureRandom random;

    SubjectCodes(String tenant, SecureRandom random) {
        this.tenant = tenant;
        this.random = random;
    }

    /**
     * The codes of a subject, kept in what is remembered of it.
     *
     * @param keys the newest first; what stands under an earlier one is moved to the newest when it is used
     */
    Pseudonyms of(SubjectRef subject, KeptCodes kept, List<SecretBytes> keys) {
        List<HmacSha256> hashes = new ArrayList<>();
        LengthPrefixed start = start(subject);
        return (domain, value) -> {
            try {
                while (hashes.size() < keys.size()) {
                    hashes.add(new HmacSha256(keys.get(hashes.size())));
                }
                return hashes.isEmpty() ? null : code(message(start, domain, value), kept, hashes);
            } catch (Exception e) {
                throw new IllegalStateException("the codes of a subject cannot be read or kept", e);
            }
        };
    }

    private LengthPrefixed start(SubjectRef subject) {
        return new LengthPrefixed()
                .text("sluice-pseudonym")
                .u8(VERSION)
                .text(tenant)
                .text(subject.value());
    }

    private static byte[] message(LengthPrefixed start, String domain, String value) {
        return start.copy().text(domain).text(value).toBytes();
    }

    private @Nullable String code(byte[] message, KeptCodes kept, List<HmacSha256> hashes) throws Exception {
        byte[] newest = hashes.get(0).of(message);
        byte[] masked = kept.find(place(newest));
        if (masked == null) {
            masked = moved(message, newest, kept, hashes);
        }
        if (masked != null) {
            return masked.length == 1 + CODE_BYTES && masked[0] == VERSION ? text(masked, newest) : null;
        }
        byte[] fresh = new byte[1 + CODE_BYTES];
        random.nextBytes(fresh);
        fresh[0] = VERSION;
        return kept.keep(place(newest), fresh) ? text(fresh, newest) : null;
    }

    /** What an earlier key masked, masked with the newest from now on; null where there is none. */
    private static byte @Nullable [] moved(byte[] message, byte[] newest, KeptCodes kept, List<HmacSha256> hashes)
            throws Exception {
        for (HmacSha256 earlier : hashes.subList(1, hashes.size())) {
            byte[] before = earlier.of(message);
            byte[] masked = kept.find(place(before));
            if (masked != null && masked.length == 1 + CODE_BYTES) {
                byte[] again = masked.clone();
                for (int i = 0; i < CODE_BYTES; i++) {
                    again[1 + i] ^= (byte) (before[CODE_BYTES + i] ^ newest[CODE_BYTES + i]);
                }
                kept.move(place(before), place(newest), again);
                return again;
            }
        }
        return null;
    }

    private static String place(byte[] hash) {
        return BASE64.encodeToString(Arrays.copyOf(hash, CODE_BYTES));
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
