package io.sluice.core.quarantine;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.Headers;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the protect job says of a record that it puts into quarantine: the {@code sluice-*} headers of {@code
 * docs/specs/released.md}. Whoever reads them back has read words; that they are the job's only {@code ticket} shows, and
 * only to the job.
 *
 * @param position where the record stands in {@code events.ingress}
 * @param attempt the attempt that ended here, 0 for the first
 * @param reason the fault of the first recipient that is open
 * @param open for whom
 * @param recorded {@code recorded} of the attempt's entry, milliseconds
 * @param ticket the job's mark: a keyed hash over the record and all of these
 */
public record Quarantined(
        IngressPosition position,
        int attempt,
        ReasonCode reason,
        OpenRecipients open,
        Instant recorded,
        String ticket) {
    /** Most attempts after the first. */
    public static final int MAX_ATTEMPT = 1_000;

    public Quarantined {
        if (attempt < 0 || attempt > MAX_ATTEMPT) {
            throw new IllegalArgumentException("attempt is 0 to " + MAX_ATTEMPT);
        }
    }

    /** The id of the attempt's audit entry. */
    public String entryId() {
        return position.entryId(attempt);
    }

    /** The headers, by name. */
    public Map<String, String> toHeaders() {
        Map<String, String> headers = new TreeMap<>();
        headers.put(Headers.POSITION, position.entryId(0));
        headers.put(Headers.ATTEMPT, Integer.toString(attempt));
        headers.put(Headers.REASON, reason.code());
        headers.put(Headers.RECIPIENTS, open.text());
        headers.put(Headers.RECORDED, Timestamps.format(recorded));
        headers.put(Headers.TICKET, ticket);
        return headers;
    }

    /**
     * Reads headers back.
     *
     * @param header the value of a header, null where it is missing or stands there twice
     * @return empty where one is missing or not in its one form
     */
    public static Optional<Quarantined> of(Function<String, @Nullable String> header) {
        try {
            Quarantined read = new Quarantined(
                    IngressPosition.ofEntryId(required(header, Headers.POSITION)),
                    Integer.parseInt(required(header, Headers.ATTEMPT)),
                    ReasonCode.of(required(header, Headers.REASON)).orElseThrow(IllegalArgumentException::new),
                    OpenRecipients.parse(required(header, Headers.RECIPIENTS))
                            .orElseThrow(IllegalArgumentException::new),
                    Timestamps.parse(required(header, Headers.RECORDED)),
                    required(header, Headers.TICKET));
            return read.isFormOf(header) ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty(); // the caller says that it is no record of quarantine
        }
    }

    private boolean isFormOf(Function<String, @Nullable String> header) {
        return toHeaders().entrySet().stream().allMatch(own -> own.getValue().equals(header.apply(own.getKey())));
    }

    private static String required(Function<String, @Nullable String> header, String name) {
        String value = header.apply(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
