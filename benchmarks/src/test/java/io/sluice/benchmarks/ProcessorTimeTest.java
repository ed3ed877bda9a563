package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Who used the processor is told by the names that Flink and Kafka give their threads. */
class ProcessorTimeTest {
    private static final long WORK_NANOS = 20_000_000;

    @Test
    void tellsWhatAThreadUsedUnderItsPart() throws Exception {
        CountDownLatch worked = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(1);
        ProcessorTime before = ProcessorTime.now();
        Thread task = new Thread(
                () -> {
                    work();
                    worked.countDown();
                    awaitQuietly(looked);
                },
                "protect -> outputs: Writer -> outputs: Committer (1/2)#0");
        task.start();
        worked.await();
        SortedMap<String, Double> micros =
                ProcessorTime.now().since(before, 10, thread -> thread.startsWith("protect") ? "task" : "other");
        looked.countDown();
        task.join();

        assertThat(micros.get("task")).isGreaterThanOrEqualTo(WORK_NANOS / 1e4 * 0.9);
        assertThat(micros).containsKey("jvm");
        assertThat(ProcessorTime.text(micros)).contains("task ");
        assertThat(ProcessorTime.text(new TreeMap<>())).isEqualTo("-");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until this thread has used so much; the clock on the wall has no part in it. */
    private static void work() {
        java.lang.management.ThreadMXBean threads = java.lang.management.ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - start < WORK_NANOS) {
            Thread.onSpinWait();
        }
    }
}
