package io.sluice.jobs.kafka;

import org.jspecify.annotations.Nullable;

/** Kafka did not answer, or refused to. It says nothing about a record, so the task fails and is started again. */
public final class KafkaUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what was being done. */
    public KafkaUnavailableException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}
