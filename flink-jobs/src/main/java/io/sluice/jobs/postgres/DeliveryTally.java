package io.sluice.jobs.postgres;

/**
 * How a partition of a recipient's topic compares with the recipient's table.
 *
 * @param recipient the recipient
 * @param partition the partition
 * @param released events that the topic holds; of several with one id the last
 * @param delivered of them, those whose row says the same
 * @param behind of them, those behind the last row: delivery has not come so far
 * @param missing of them, those without a row although later ones have theirs
 * @param different of them, those whose row says something else
 * @param extra rows at offsets where the topic holds no event
 * @param older rows of events that the topic holds no longer: not compared
 * @param foreign records of the topic that are no events: never delivered
 */
public record DeliveryTally(
        String recipient,
        int partition,
        long released,
        long delivered,
        long behind,
        long missing,
        long different,
        long extra,
        long older,
        long foreign) {
    /** Whether every released event stands in the table as it is, and nothing else does. */
    public boolean equal() {
        return released == delivered && extra == 0;
    }

    /** Counts up. */
    static final class Count {
        private final String recipient;
        private final int partition;
        private long delivered;
        private long behind;
        private long missing;
        private long different;
        private long extra;
        private long older;
        private long foreign;

        Count(String recipient, int partition) {
            this.recipient = recipient;
            this.partition = partition;
        }

        void found(boolean same) {
            if (same) {
                delivered++;
            } else {
                different++;
            }
        }

        void behind(boolean event) {
            if (event) {
                behind++;
            } else {
                foreign++;
            }
        }

        void missing() {
            missing++;
        }

        void extra() {
            extra++;
        }

        void foreign() {
            foreign++;
        }

        void older(long rows) {
            older = rows;
        }

        DeliveryTally tally() {
            return new DeliveryTally(
                    recipient,
                    partition,
                    delivered + behind + missing + different,
                    delivered,
                    behind,
                    missing,
                    different,
                    extra,
                    older,
                    foreign);
        }
    }
}
