package io.sluice.jobs.protect;

import io.sluice.jobs.kafka.IngressRecord;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Lets records through at a rate. It waits in the thread of the source that it is chained to, so the source reads no further
 * ahead, and a checkpoint waits for one interval at most. It holds nothing, so there is nothing to store.
 */
final class Pace implements MapFunction<IngressRecord, IngressRecord> {
    private static final long serialVersionUID = 1;

    private final long intervalNanos;
    private transient boolean started;
    private transient long nextNanos;

    /** @param perSecond most records in a second, of each subtask */
    Pace(int perSecond) {
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    @Override
    public IngressRecord map(IngressRecord record) throws InterruptedException {
        long now = System.nanoTime();
        if (started && nextNanos - now > 0) {
            TimeUnit.NANOSECONDS.sleep(nextNanos - now);
            now = nextNanos;
        }
        started = true;
        nextNanos = now + intervalNanos;
        return record;
    }
}
