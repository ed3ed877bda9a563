package io.sluice.protection.seal;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.TagsReader;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens records of {@code events.ingress}.
 *
 * <p>Guarantee: {@link Opened.Open} is answered only for exactly the key, tags and value that a {@link Sealer} of this
 * tenant and keystore made (P3). It does not tell a copy of a record from the record: that is the duplicate check's.
 * Whatever the bytes, {@link #open} returns and never throws.
 *
 * <p>Confined to one thread.
 */
public final class Opener {
    private final String tenant;
    private final DataKeys dataKeys;
    private final TagsReader tags = new TagsReader();

    Opener(DataKeys.Unwrapper kms, String tenant, UnwrapLimits limits, LongSupplier nanoTime) {
        this.tenant = tenant;
        this.dataKeys = new DataKeys(kms, limits, nanoTime);
    }

    /**
     * Opens a record.
     *
     * @param key Kafka key, null where the record has none
     * @param headers all headers in their order; those that are neither {@code ce_*}, {@code content-type} nor
     *     {@code sluice-seal} are not looked at
     * @param value Kafka value, null for a tombstone
     */
    public Opened open(byte @Nullable [] key, List<Header> headers, byte @Nullable [] value) {
        SealedHeaders read = SealedHeaders.of(headers, tags);
        if (read == null || !read.fits(key)) {
            return new Opened.Refused(ReasonCode.HEADER_INVALID);
        }
        if (value == null) {
            return new Opened.Refused(ReasonCode.SEAL_INVALID);
        }
        DataKeys.Answer dataKey = dataKeys.of(read.seal());
        if (dataKey.cipher() == null) {
            return new Opened.Refused(dataKey.refusal());
        }
        byte[] associatedData = SealForm.associatedData(tenant, read.ce());
        byte[] envelope = dataKey.cipher().open(read.seal().nonce(), associatedData, value);
        ClientEvent event = envelope == null ? null : InnerEnvelope.decode(envelope);
        return event == null ? new Opened.Refused(ReasonCode.SEAL_INVALID) : new Opened.Open(read.tags(), event);
    }
}
