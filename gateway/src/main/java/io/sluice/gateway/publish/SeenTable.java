package io.sluice.gateway.publish;

import io.sluice.core.event.IngressPosition;
import org.jspecify.annotations.Nullable;

/**
 * The events remembered, oldest first, in a bounded number of places of {@value #BYTES} bytes: what is remembered of one is
 * no object, so the garbage collector has nothing to move or to follow. The places are a ring; an index of open addresses
 * finds them by id. Memory is taken as the ring fills for the first time. Not thread-safe.
 */
final class SeenTable {
    /** Of a place, without its share of the index: some 10 bytes more. */
    static final int BYTES = 48;

    private static final int NONE = -1;
    private static final int LONGS = BYTES / Long.BYTES;
    private static final int PAGE_BITS = 10;
    private static final int FIRST_INDEX = 1 << 11;

    // The longs of a place.
    private static final int ID_HIGH = 0;
    private static final int ID_LOW = 1;
    private static final int CONTENT_HIGH = 2;
    private static final int CONTENT_LOW = 3;
    /** Offset in Kafka; the ticket while the event is being written. */
    private static final int OFFSET = 4;
    /** Generation and partition in Kafka, or one of the marks below, which are negative. */
    private static final int WHERE = 5;

    private static final long FREE = -1;
    private static final long WRITING = -2;
    private static final long SPOOLED = -3;

    private final int max;
    private final long[][] pages;
    /** Place + 1 at the address of its id or behind it, without a gap between; 0 is free. */
    private int[] index = new int[FIRST_INDEX];

    private int used;
    /** How many were ever added: the next ticket. */
    private long added;

    SeenTable(int max) {
        this.max = max;
        this.pages = new long[(max - 1 >> PAGE_BITS) + 1][];
    }

    /** The place of an id, negative where it is not remembered. */
    int find(long idHigh, long idLow) {
        int mask = index.length - 1;
        for (int at = address(idLow, mask); index[at] != 0; at = at + 1 & mask) {
            int place = index[at] - 1;
            if (get(place, ID_LOW) == idLow && get(place, ID_HIGH) == idHigh) {
                return place;
            }
        }
        return NONE;
    }

    /** Remembers an id that is not in it, as being written; the oldest gives way. @return the ticket for its end */
    long add(long idHigh, long idLow, ContentHash.Value content) {
        long ticket = added++;
        int place = (int) (ticket % max);
        if (ticket < max) {
            page(place);
        } else if (get(place, WHERE) != FREE) {
            unindex(place);
        }
        set(place, ID_HIGH, idHigh);
        set(place, ID_LOW, idLow);
        set(place, OFFSET, ticket);
        set(place, WHERE, WRITING);
        setContent(place, content);
        if (++used > index.length / 2) {
            grow();
        }
        index(index, place);
        return ticket;
    }

    /** Whether its event is being written. */
    boolean isWriting(int place) {
        return get(place, WHERE) == WRITING;
    }

    /** The ticket of an event that is being written. */
    long ticket(int place) {
        return get(place, OFFSET);
    }

    /** Where a written event stands; null where that is the spool. */
    @Nullable
    IngressPosition position(int place) {
        long where = get(place, WHERE);
        return where == SPOOLED ? null : new IngressPosition((int) (where >>> 32), (int) where, get(place, OFFSET));
    }

    boolean isContent(int place, ContentHash.Value content) {
        return content.is(get(place, CONTENT_HIGH), get(place, CONTENT_LOW));
    }

    void setContent(int place, ContentHash.Value content) {
        set(place, CONTENT_HIGH, content.high());
        set(place, CONTENT_LOW, content.low());
    }

    /** The event of a ticket is written; null where that is to the spool. Nothing where it was forgotten meanwhile. */
    void written(long ticket, @Nullable IngressPosition position) {
        int place = (int) (ticket % max);
        if (isOf(ticket, place)) {
            set(place, OFFSET, position == null ? 0 : position.offset());
            set(place, WHERE, position == null ? SPOOLED : (long) position.generation() << 32 | position.partition());
        }
    }

    /** Forgets an event that could not be written. */
    void forget(long ticket) {
        int place = (int) (ticket % max);
        if (isOf(ticket, place)) {
            unindex(place);
            set(place, WHERE, FREE);
        }
    }

    private boolean isOf(long ticket, int place) {
        return isWriting(place) && ticket(place) == ticket;
    }

    /** Ids are keyed hashes: no producer chooses where they fall. */
    private static int address(long idLow, int mask) {
        return (int) idLow & mask;
    }

    private void index(int[] into, int place) {
        int mask = into.length - 1;
        int at = address(get(place, ID_LOW), mask);
        while (into[at] != 0) {
            at = at + 1 & mask;
        }
        into[at] = place + 1;
    }

    /** Takes a place out, and moves those behind it up to where they are found without it. */
    private void unindex(int place) {
        int mask = index.length - 1;
        int gap = address(get(place, ID_LOW), mask);
        while (index[gap] != place + 1) {
            gap = gap + 1 & mask;
        }
        for (int at = gap + 1 & mask; index[at] != 0; at = at + 1 & mask) {
            int home = address(get(index[at] - 1, ID_LOW), mask);
            if ((at - home & mask) >= (at - gap & mask)) {
                index[gap] = index[at];
                gap = at;
            }
        }
        index[gap] = 0;
        used--;
    }

    private void grow() {
        int[] larger = new int[2 * index.length];
        for (int entry : index) {
            if (entry != 0) {
                index(larger, entry - 1);
            }
        }
        index = larger;
    }

    private void page(int place) {
        if (pages[place >> PAGE_BITS] == null) {
            pages[place >> PAGE_BITS] = new long[LONGS << PAGE_BITS];
        }
    }

    private long get(int place, int field) {
        return pages[place >> PAGE_BITS][(place & (1 << PAGE_BITS) - 1) * LONGS + field];
    }

    private void set(int place, int field, long value) {
        pages[place >> PAGE_BITS][(place & (1 << PAGE_BITS) - 1) * LONGS + field] = value;
    }
}
