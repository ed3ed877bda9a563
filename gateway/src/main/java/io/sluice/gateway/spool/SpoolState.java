package io.sluice.gateway.spool;

import java.time.Duration;
import java.util.Optional;

/**
 * What the spool holds, whether it is open, and what is wrong. Its lock is the one of all of them: who waits for a change waits on
 * it. Thread-safe.
 *
 * <p>Open is it as long as it holds anything and, once Kafka did not acknowledge an event, until Kafka took one of the spool's. Where
 * it holds nothing and the disk takes nothing it is not open: then the next event asks Kafka.
 */
final class SpoolState {
    private final long maxBytes;
    /** Of what was added: waits to be written, or lies on disk. */
    private long bytes;
    /** Of what lies on disk. */
    private long durableBytes;

    private long keptBytes;
    private boolean open;
    /** Whether Kafka took an event since it last did not: an empty spool stays open until it does. */
    private boolean proven = true;
    /** Events on their way to Kafka past the spool: they go before. */
    private int direct;

    private boolean closed;
    private boolean full;
    private String writeFault = "";
    private String drainFault = "";
    private String ended = "";
    private long drained;
    private long damagedBytes;
    private long refused;

    SpoolState(long maxBytes, long durableBytes, long keptBytes) {
        this.maxBytes = maxBytes;
        this.bytes = durableBytes;
        this.durableBytes = durableBytes;
        this.keptBytes = keptBytes;
        this.open = durableBytes > 0;
    }

    synchronized boolean tryPass() {
        if (!open) {
            direct++;
        }
        return !open;
    }

    synchronized boolean isOpen() {
        return open;
    }

    synchronized void passed(boolean lost) {
        direct--;
        if (lost) {
            open = true;
            proven = false;
        }
        notifyAll();
    }

    /** Takes the room of an event that is then written. */
    synchronized boolean tryReserve(long size) {
        full = bytes + keptBytes + size > maxBytes;
        if (full) {
            openWhereHolding();
            return false;
        }
        bytes += size;
        open = true;
        notifyAll();
        return true;
    }

    synchronized void written(long size) {
        durableBytes += size;
        writeFault = "";
        notifyAll();
    }

    synchronized void notWritten(long size) {
        bytes -= size;
        writeFault = "the spool cannot be written";
        openWhereHolding();
    }

    private void openWhereHolding() {
        open &= bytes > 0;
    }

    /** Waits until something lies on disk and nothing is on its way past it. False once it was closed. */
    synchronized boolean awaitWork() throws InterruptedException {
        while (!closed && (durableBytes <= 0 || direct > 0)) {
            wait();
        }
        return !closed;
    }

    /** Waits so long, or until it was closed. */
    synchronized void pause(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); !closed && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    /** Kafka took one of the spool's events. */
    synchronized void sent() {
        drained++;
        proven = true;
    }

    /** Kafka takes an event never: it was set aside. */
    synchronized void refused(long size) {
        refused++;
        keptBytes += size;
    }

    /**
     * A segment is drained.
     *
     * @param size of what was added to it
     * @param damaged bytes in it that were no whole event
     * @param kept bytes of it that are still there
     */
    synchronized void dropped(long size, long damaged, long kept) {
        bytes -= size;
        durableBytes -= size;
        damagedBytes += damaged;
        keptBytes += kept;
        full = false;
        drainFault = "";
        open = bytes > 0 || !proven;
        notifyAll();
    }

    synchronized void notDrained(Throwable fault) {
        drainFault = "the spool is not drained (" + fault.getClass().getSimpleName() + ")";
    }

    /** A thread of the spool's ended, which it never should. */
    synchronized void ended(String thread) {
        ended = "the thread " + thread + " has ended; start the gateway anew";
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** What is wrong with what lies there, or with a thread. A disk that takes nothing is no fault where nothing lies on it. */
    synchronized Optional<String> finding() {
        if (!ended.isEmpty() || bytes == 0) {
            return Optional.of(ended).filter(fault -> !fault.isEmpty());
        }
        String fault = !writeFault.isEmpty() ? writeFault : drainFault;
        return Optional.of(fault.isEmpty() && full ? "the spool is full" : fault)
                .filter(one -> !one.isEmpty());
    }

    /** Whether an event would be taken, as far as is known. */
    synchronized boolean hasRoom() {
        return ended.isEmpty() && writeFault.isEmpty() && !full;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized long keptBytes() {
        return keptBytes;
    }

    synchronized long drained() {
        return drained;
    }

    synchronized long damagedBytes() {
        return damagedBytes;
    }

    synchronized long refusedEvents() {
        return refused;
    }
}
