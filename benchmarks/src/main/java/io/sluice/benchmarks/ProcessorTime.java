package io.sluice.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The processor time that this JVM has used so far, in all and by thread: what a job or a server costs, whatever else runs on the machine.
 *
 * @param totalNanos of the whole process, of its kernel calls too
 * @param threads of each live Java thread
 */
public record ProcessorTime(long totalNanos, Map<Long, Used> threads) {
    /** The part of what is no thread of Java's: the garbage collector and the compiler. */
    public static final String JVM = "jvm";

    /** One thread's. */
    record Used(String name, long nanos) {}

    /** Up to now. */
    public static ProcessorTime now() {
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
    public static String text(SortedMap<String, Double> micros) {
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
     *
     * @param part names the part that a thread belongs to, by the thread's name
     */
    public SortedMap<String, Double> since(ProcessorTime earlier, long records, UnaryOperator<String> part) {
        SortedMap<String, Double> micros = new TreeMap<>();
        long known = 0;
        for (Map.Entry<Long, Used> thread : threads.entrySet()) {
            Used before = earlier.threads.get(thread.getKey());
            long nanos = thread.getValue().nanos() - (before == null ? 0 : before.nanos());
            known += nanos;
            if (thread.getKey() != Thread.currentThread().getId()) {
                micros.merge(part.apply(thread.getValue().name()), nanos / 1_000.0 / records, Double::sum);
            }
        }
        micros.put(JVM, Math.max(0, totalNanos - earlier.totalNanos - known) / 1_000.0 / records);
        return micros;
    }
}
