package io.sluice.protection.crypto;

import java.security.SecureRandom;

/**
 * Nonces for XAES-256-GCM, record by record: a record's first nonce is 24 random bytes; each further one keeps the 12 of
 * the prefix, so that the subkey is set up once, and counts the other 12 up by one, as a 96-bit number (NIST SP 800-38D
 * section 8.2.2: a direct random string and its successors).
 *
 * <p>Promises: a record's nonces all differ. Those of different records do unless two records draw the same prefix
 * <em>and</em> starting points closer than their number of fields: among 2<sup>64</sup> records of 2<sup>20</sup> fields
 * under one key a risk below 2<sup>-43</sup>. Nothing outlives the record: there is no counter to save, to restore or to
 * share, so processes that are killed, restored from an old checkpoint or run twice draw anew and repeat nothing. It does
 * not hold where {@code random} repeats itself, as in two copies of one memory image.
 *
 * <p>Confined to one thread.
 */
public final class XaesNonces {
    private final SecureRandom random;
    private final byte[] nonce = new byte[XaesGcm.NONCE_BYTES];
    private boolean drawn;

    /** @param random an approved generator, seeded by the system */
    public XaesNonces(SecureRandom random) {
        this.random = random;
    }

    /** Begins a record: the next nonce is drawn. */
    public void begin() {
        drawn = false;
    }

    /** The next nonce of the record; the array is valid until the next call, and not to be written to. */
    public byte[] next() {
        if (!drawn) {
            random.nextBytes(nonce);
            drawn = true;
            return nonce;
        }
        for (int i = nonce.length - 1; i >= XaesGcm.PREFIX_BYTES; i--) {
            nonce[i]++;
            if (nonce[i] != 0) {
                break;
            }
        }
        return nonce;
    }
}
