package io.sluice.benchmarks.protect;

/** Who uses a job's processor time. */
enum JobPart {
    /** Operators of the job and the record writer of the sink. */
    TASK("task"),
    /** The consumer and the threads of the source. */
    SOURCE("source"),
    /** The sink's senders: compression of nothing, TLS, requests. */
    PRODUCER("producer"),
    /** The broker: TLS, the log. */
    BROKER("broker"),
    /** Other threads of Java: checkpoints, Flink's own. */
    OTHER("other");

    private final String code;

    JobPart(String code) {
        this.code = code;
    }

    /** The part that a thread belongs to. */
    static String of(String thread) {
        JobPart part = OTHER;
        if (thread.startsWith("protect -> outputs")) {
            part = TASK;
        } else if (thread.startsWith("Source")) {
            part = SOURCE;
        } else if (thread.startsWith("kafka-producer-network-thread")) {
            part = PRODUCER;
        } else if (thread.startsWith("data-plane-kafka")) {
            part = BROKER;
        }
        return part.code;
    }
}
