package io.sluice.audit.api;

import io.sluice.audit.index.IndexException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a caller is told of a fault; the operators' log has the rest. */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private Faults() {}

    static RefusedException refusal(Throwable fault) {
        if (fault instanceof RefusedException refused) {
            return refused;
        }
        if (fault instanceof TimeoutException) {
            return tooLong();
        }
        if (fault instanceof IndexException index && index.fault() != IndexException.Fault.WRONG) {
            LOG.warn("A question to the audit log could not be answered: {}", index.getMessage());
            return refusal(index.fault());
        }
        LOG.error("A question to the audit log could not be answered", fault);
        return new RefusedException(
                ProblemCode.INTERNAL,
                "A fault of the server, which its log names. ./sluice audit verify tells whether the"
                        + " audit log is whole.");
    }

    private static RefusedException refusal(IndexException.Fault fault) {
        return switch (fault) {
            case TOO_LONG -> tooLong();
            case NOT_READY ->
                new RefusedException(
                        ProblemCode.INDEX_NOT_READY,
                        "The index of the log is being built, or is of a longer log, which the server's log explains. Repeat it"
                                + " later.");
            default ->
                new RefusedException(
                        ProblemCode.INDEX_UNAVAILABLE,
                        "The database of the index does not answer, which the server's log explains. The log itself is written"
                                + " all the same. Repeat it later.");
        };
    }

    private static RefusedException tooLong() {
        return new RefusedException(ProblemCode.BACK_PRESSURE, "It took too long. Narrow it, or repeat it later.");
    }
}
