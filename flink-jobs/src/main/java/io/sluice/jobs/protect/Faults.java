package io.sluice.jobs.protect;

import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs a fault that a record met. The exception's message stays out, for a parser or a cipher may quote what it was given
 * (P2); its class and place say enough to find the bug. Of an engine that is not reached the reason is told: it comes from no input.
 */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private Faults() {}

    static void log(String step, IngressRecord record, RuntimeException fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        LoggingEventBuilder event = LOG.atWarn();
        if (fault instanceof PolicyUnavailableException) {
            event = event.addKeyValue("reason", fault.getMessage()); // names engine, server and revision
        }
        event.addKeyValue("step", step)
                .addKeyValue("position", record.position().entryId(record.attempt()))
                .addKeyValue("fault", fault.getClass().getName())
                .addKeyValue("at", trace.length == 0 ? "unknown" : trace[0].toString())
                .log("A record met a fault and goes to quarantine");
    }
}
