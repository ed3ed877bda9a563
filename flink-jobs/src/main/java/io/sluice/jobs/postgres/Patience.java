package io.sluice.jobs.postgres;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a server that comes back: tries again with growing pauses while a fault may pass, up to the limit. */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 2_000;

    private Patience() {}

    /** @throws PostgresException the last fault, where it stays or the limit is reached */
    static <T> T untilDone(PostgresConfig config, Supplier<T> attempt) throws InterruptedException {
        long started = System.nanoTime();
        long pauseMs = FIRST_PAUSE_MS;
        while (true) {
            try {
                return attempt.get();
            } catch (PostgresException e) {
                if (!e.passing()
                        || System.nanoTime() - started > config.patience().toNanos()) {
                    throw e;
                }
                LOG.atWarn().addKeyValue("reason", e.getMessage()).log("PostgreSQL is not available; waiting for it");
                TimeUnit.MILLISECONDS.sleep(pauseMs);
                pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
            }
        }
    }
}
