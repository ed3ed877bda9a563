package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.encoding.Base32;
import io.sluice.core.event.Headers;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.core.quarantine.Quarantined;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.seal.Header;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Marks what the job quarantines, and knows it again when it comes back: a keyed hash over the record, its position, its
 * attempt and those it is open for. Whoever may write {@code events.requeue} can thus send again what is in quarantine, and
 * nothing else: not to somebody who has it already, not under another record's position, not a record of their own.
 *
 * <p>The key is the field keystore's and never rotated: a ticket holds as long as quarantine does. Confined to one thread.
 */
final class Tickets {
    private static final int TICKET_BYTES = 16;
    private static final int MAX_ACTIVATION_DIGITS = 18;

    /** What a record of {@code events.requeue} is. */
    sealed interface Read {
        /** One that the job quarantined. */
        record Valid(Requeue requeue) implements Read {}

        /** Another. @param entryId the entry of the attempt before, where the ticket holds */
        record Refused(RequeueRefusal reason, @Nullable String entryId) implements Read {}
    }

    private final String tenant;
    private final HmacSha256 hmac;
    private final int version;

    Tickets(String tenant, KeyRing ring) {
        this.tenant = tenant;
        RingKey key = ring.getOrCreate("quarantine-ticket");
        this.hmac = new HmacSha256(key.secret());
        this.version = key.version();
    }

    /** What a record is marked with that goes to quarantine. */
    Quarantined issue(IngressRecord record, ReasonCode reason, OpenRecipients open) {
        Instant recorded = Instant.ofEpochMilli(record.appendedMs());
        String ticket = ticket(record, record.position().entryId(record.attempt()), reason, open, recorded);
        return new Quarantined(record.position(), record.attempt(), reason, open, recorded, ticket);
    }

    /** Reads a record of {@code events.requeue}; throws on none. */
    Read read(IngressRecord requeued) {
        List<Header> headers = requeued.headers();
        Optional<Quarantined> said = Quarantined.of(name -> OwnHeaders.single(headers, name));
        if (said.isEmpty()) {
            return new Read.Refused(RequeueRefusal.TICKET_INVALID, null);
        }
        Quarantined before = said.get();
        if (!holds(before, requeued)) {
            return new Read.Refused(RequeueRefusal.TICKET_INVALID, null);
        }
        if (before.attempt() >= Quarantined.MAX_ATTEMPT) {
            return new Read.Refused(RequeueRefusal.ATTEMPTS_EXHAUSTED, before.entryId());
        }
        IngressRecord record = new IngressRecord(
                before.position(),
                before.attempt() + 1,
                requeued.appendedMs(),
                requeued.key(),
                OwnHeaders.without(headers),
                requeued.value());
        OptionalLong activation = activation(OwnHeaders.single(headers, Headers.ACTIVATION));
        return activation.isEmpty()
                ? new Read.Refused(RequeueRefusal.ACTIVATION_INVALID, before.entryId())
                : new Read.Valid(new Requeue(record, before, activation.getAsLong()));
    }

    private boolean holds(Quarantined said, IngressRecord record) {
        String ticket = ticket(record, said.entryId(), said.reason(), said.open(), said.recorded());
        return MessageDigest.isEqual(ticket.getBytes(UTF_8), said.ticket().getBytes(UTF_8));
    }

    private static OptionalLong activation(@Nullable String text) {
        return text == null || !text.matches("[1-9][0-9]{0," + (MAX_ACTIVATION_DIGITS - 1) + "}")
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(text));
    }

    private String ticket(
            IngressRecord record, String entryId, ReasonCode reason, OpenRecipients open, Instant recorded) {
        for (String fact : List.of(
                "quarantine-ticket",
                tenant,
                entryId,
                reason.code(),
                open.text(),
                Long.toString(recorded.toEpochMilli()))) {
            add(fact.getBytes(UTF_8));
        }
        add(record.key());
        List<Header> kept = OwnHeaders.without(record.headers());
        addLength(kept.size());
        for (Header header : kept) {
            add(header.name().getBytes(UTF_8));
            add(header.value());
        }
        add(record.value());
        byte[] out = new byte[HmacSha256.BYTES];
        hmac.finish(out, 0);
        return "t" + version + "_" + Base32.encode(out, TICKET_BYTES);
    }

    /** Each field behind its 32-bit length, -1 for an absent one: no two records share the hashed bytes. */
    private void add(byte @Nullable [] bytes) {
        addLength(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            hmac.update(bytes, 0, bytes.length);
        }
    }

    private void addLength(int length) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
        hmac.update(bytes, 0, bytes.length);
    }
}
