package io.sluice.core.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a record stands in {@code events.ingress}: the address of its audit entry.
 *
 * @param generation generation of the topic, from 1
 * @param partition Kafka partition, from 0
 * @param offset Kafka offset, from 0
 */
public record IngressPosition(int generation, int partition, long offset) {
    private static final Pattern ENTRY_ID = Pattern.compile(
            "events\\.ingress/([1-9][0-9]{0,8})/(0|[1-9][0-9]{0,8})/(0|[1-9][0-9]{0,17})(?:#([1-9][0-9]{0,8}))?");

    public IngressPosition {
        if (generation < 1 || partition < 0 || offset < 0) {
            throw new IllegalArgumentException("A position is generation >= 1, partition >= 0, offset >= 0");
        }
    }

    /** The id of the record's audit entry: {@code events.ingress/<generation>/<partition>/<offset>[#attempt]}. */
    public String entryId(int attempt) {
        String id = Topics.INGRESS + "/" + generation + "/" + partition + "/" + offset;
        return attempt == 0 ? id : id + "#" + attempt;
    }

    /**
     * The position that an entry id names; its attempt is dropped.
     *
     * @throws IllegalArgumentException if it is not the id of a record's entry
     */
    public static IngressPosition ofEntryId(String entryId) {
        Matcher matcher = ENTRY_ID.matcher(entryId);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not an entry id of a record");
        }
        return new IngressPosition(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3)));
    }

    @Override
    public String toString() {
        return entryId(0);
    }
}
