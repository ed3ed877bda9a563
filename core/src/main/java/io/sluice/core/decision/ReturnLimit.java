package io.sluice.core.decision;

/**
 * When a canary goes back by itself: once it has decided so many records, and the share of them that failed is greater than
 * that of the other records of its activation by more than the excess. Immutable.
 *
 * @param excessBasisPoints by how much more of its records may fail than of the others, in hundredths of a percent, from 0
 *     to 9,999
 * @param records how many it has to have decided before it is judged, from 1 to 1,000,000,000
 */
public record ReturnLimit(int excessBasisPoints, long records) {
    /** Two percent more than of the others, of 200 records and more. */
    public static final ReturnLimit DEFAULT = new ReturnLimit(200, 200);

    private static final long MAX_RECORDS = 1_000_000_000;

    public ReturnLimit {
        if (excessBasisPoints < 0 || excessBasisPoints >= Canary.ALL) {
            throw new IllegalArgumentException(
                    "a canary returns at an excess from 0 to 9,999 basis points (0% to 99.99%), not at "
                            + excessBasisPoints);
        }
        if (records < 1 || records > MAX_RECORDS) {
            throw new IllegalArgumentException(
                    "a canary is judged after 1 to 1,000,000,000 records, not after " + records);
        }
    }

    /**
     * Whether it is reached. Where there are no other records, none of them failed.
     *
     * @param decided records that the canary decided
     * @param failed of them
     * @param others decided by the active revision under the same activation
     * @param othersFailed of them
     */
    public boolean isReached(long decided, long failed, long others, long othersFailed) {
        if (decided < records) {
            return false;
        }
        double rate = (double) failed / decided;
        double otherRate = others == 0 ? 0 : (double) othersFailed / others;
        return rate - otherRate > (double) excessBasisPoints / Canary.ALL;
    }
}
