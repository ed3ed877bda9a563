package io.sluice.benchmarks.protect;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The processor time that this JVM has used so far, in all and by thread: what a job costs, whatever else runs on the machine.
 *
 * @param totalNanos of the whole process, of its kernel calls too
 * @param threads of each live Java thread
 */
record ProcessorTime(long totalNanos, Map<Long, Used> threads) {
    /** Who uses it. */
    private enum Part {
        /** Operators of the job and the record writer of the sink. */
        TASK("task"),
        /** The consumer and the threads of the source. */
        SOURCE("source"),
        /** The sink's senders: compression of nothing, TLS, requests. */
        PRODUCER("producer"),
        /** The broker: TLS, the log. */
        BROKER("broker"),
        /** Other threads of Java: checkpoints, Flink's own. */
        OTHER("other"),
        /** What is no thread of Java's: the garbage collector and the compiler. */
        JVM("jvm");

        private final String code;

        Part(String code) {
            this.code = code;
        }

        static Part of(String thread) {
            if (thread.startsWith("protect -> outputs")) {
                return TASK;
            } else if (thread.startsWith("Source")) {
                return SOURCE;
            } else if (thread.startsWith("kafka-producer-network-thread")) {
                return PRODUCER;
            }
            return thread.startsWith("data-plane-kafka") ? BROKER : OTHER;
        }
    }

    /** One thread's. */
    private record Used(String name, long nanos) {}

    /** Up to now. */
    static ProcessorTime now() {
        ThreadMXBean beans = ManagementFactory.getThreadMXBean();
        Map<Long, Used> threads = new HashMap<>();
        for (ThreadInfo thread : beans.getThreadInfo(beans.getAllThreadIds())) {
            long nanos = thread == null ? -1 : beans.getThreadCpuTime(thread.getThreadId());
            if (thread != null && nanos >= 0) {
                threads.put(thread.getThreadId(), new Used(thread.getThreadName(), nanos));
            }
        }
        long total = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        return new ProcessorTime(total, threads);
    }

    /** All of it and its parts, in words; a dash where nothing is known. */
    static String text(SortedMap<String, Double> micros) {
        if (micros.isEmpty()) {
            return "-";
        }
        double sum = micros.values().stream().mapToDouble(part -> part).sum();
        return String.format(Locale.ROOT, "%.1f", sum)
                + micros.entrySet().stream()
                        .map(part -> String.format(Locale.ROOT, "%s %.1f", part.getKey(), part.getValue()))
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    /**
     * What was used since an earlier time, by part, in microseconds a record; without the thread that asks, which only looks
     * on. Of a thread that ended in between nothing is known: its time counts for the JVM.
     */
    SortedMap<String, Double> since(ProcessorTime earlier, long records) {
        SortedMap<String, Double> micros = new TreeMap<>();
        long known = 0;
        for (Map.Entry<Long, Used> thread : threads.entrySet()) {
            Used before = earlier.threads.get(thread.getKey());
            long nanos = thread.getValue().nanos() - (before == null ? 0 : before.nanos());
            known += nanos;
            if (thread.getKey() != Thread.currentThread().getId()) {
                micros.merge(Part.of(thread.getValue().name()).code, nanos / 1_000.0 / records, Double::sum);
            }
        }
        micros.put(Part.JVM.code, Math.max(0, totalNanos - earlier.totalNanos - known) / 1_000.0 / records);
        return micros;
    }
}
