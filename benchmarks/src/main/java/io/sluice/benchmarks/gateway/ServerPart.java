package io.sluice.benchmarks.gateway;

/** Who uses the processor time of a round. */
enum ServerPart {
    /** The clients: they make the orders and talk TLS. */
    CLIENT("client", Load.THREADS),
    /** Event loops: TLS, HTTP and the answers; behind a bare server also the Kafka client's {@code send}. */
    LOOP("loop", "vert.x-eventloop-thread"),
    /** The gateway's workers: from reading an event to its seal. */
    WORKER("worker", "sluice-work"),
    /** The gateway's thread that calls the Kafka client's {@code send}. */
    PUBLISH("publish", "sluice-publish"),
    /** The Kafka client's sender: TLS, requests, what is called when Kafka has answered. */
    SENDER("sender", "kafka-producer-network-thread"),
    /** The broker: TLS, the log. */
    BROKER("broker", "data-plane-kafka");

    /** All other threads of Java. */
    private static final String OTHER = "other";

    private final String code;
    private final String threads;

    ServerPart(String code, String threads) {
        this.code = code;
        this.threads = threads;
    }

    /** The part that a thread belongs to. */
    static String of(String thread) {
        for (ServerPart part : values()) {
            if (thread.startsWith(part.threads)) {
                return part.code;
            }
        }
        return OTHER;
    }
}
