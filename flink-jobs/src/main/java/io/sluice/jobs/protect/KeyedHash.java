package io.sluice.jobs.protect;

import io.sluice.core.encoding.Base32;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.ClientEvent;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two keyed hashes of the job, under keys of the field keystore that are never rotated: replays and copies must meet
 * the same values. Confined to one thread.
 */
final class KeyedHash {
    private static final int ID_BYTES = 16;

    private final LengthPrefixed idPrefix;
    private final HmacSha256 ids;
    private final int idVersion;
    private final HmacSha256 contents;

    KeyedHash(String tenant, KeyRing ring) {
        this.idPrefix = new LengthPrefixed().text("released-id").text(tenant);
        RingKey idKey = ring.getOrCreate("released-id");
        this.ids = new HmacSha256(idKey.secret());
        this.idVersion = idKey.version();
        this.contents = new HmacSha256(ring.getOrCreate("content-hash").secret());
    }

    /**
     * The id of a view: the same on every replay, different for each recipient, so that views of one record cannot be
     * joined by it.
     */
    String releasedId(String entryId, String recipient) {
        byte[] input = idPrefix.copy().text(entryId).text(recipient).toBytes();
        return "r" + idVersion + "_" + Base32.encode(ids.of(input), ID_BYTES);
    }

    /**
     * What tells two contents under one event id apart: what the producer sent, and for which dataset and purpose. The
     * time is left out: a client library may set it anew when it sends again.
     */
    byte[] content(String dataset, String purpose, ClientEvent event) {
        add(dataset);
        add(purpose);
        add(event.source());
        add(event.id());
        add(event.type());
        add(event.subject());
        add(event.contentType());
        addLength(event.extensions().size());
        for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
            add(extension.getKey());
            add(extension.getValue());
        }
        contents.update(event.data(), 0, event.data().length);
        byte[] hash = new byte[HmacSha256.BYTES];
        contents.finish(hash, 0);
        return hash;
    }

    /** Each text behind its 32-bit length, -1 for an absent one: no two contents share the hashed bytes. */
    private void add(@Nullable String text) {
        byte[] bytes = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        addLength(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            contents.update(bytes, 0, bytes.length);
        }
    }

    private void addLength(int length) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
        contents.update(bytes, 0, bytes.length);
    }
}
