package io.sluice.benchmarks.gateway;

import io.sluice.benchmarks.ProcessorTime;
import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/**
 * Clients that post as soon as they are answered.
 *
 * @param events events of a request
 * @param clients connections, each with one request at a time
 */
record Load(SSLContext tls, Posts posts, int events, int clients) {
    /** How the clients' threads are called. */
    static final String THREADS = "bench-client-";

    private static final AtomicLong IDS = new AtomicLong();

    /**
     * What a round gave.
     *
     * @param sortedNanos each request's time, ascending
     * @param micros processor time of an event by {@link ServerPart}, of the whole process
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Result(double eventsPerSecond, long[] sortedNanos, SortedMap<String, Double> micros) {
        double millis(double share) {
            return sortedNanos[Math.min(sortedNanos.length - 1, (int) (sortedNanos.length * share))] / 1e6;
        }
    }

    Result run(int port, Duration length) throws InterruptedException {
        AtomicInteger threads = new AtomicInteger();
        ExecutorService pool =
                Executors.newFixedThreadPool(clients, task -> new Thread(task, THREADS + threads.incrementAndGet()));
        try {
            ProcessorTime before = ProcessorTime.now();
            long began = System.nanoTime();
            List<Callable<List<Long>>> tasks = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                tasks.add(() -> client(port, began + length.toNanos()));
            }
            List<Long> nanos = new ArrayList<>();
            for (Future<List<Long>> client : pool.invokeAll(tasks)) {
                nanos.addAll(client.get());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            long all = (long) sorted.length * events;
            // while the clients' threads still live: of those that are gone nobody knows what they used
            SortedMap<String, Double> micros = ProcessorTime.now().since(before, Math.max(1, all), ServerPart::of);
            return new Result(all / seconds, sorted, micros);
        } catch (ExecutionException e) {
            throw new CommandFailure("The load broke off: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Long> client(int port, long until) throws IOException {
        List<Long> nanos = new ArrayList<>();
        String type = events == 1 ? posts.single() : "application/x-ndjson";
        try (PlainClient client = new PlainClient(tls, port, posts)) {
            while (System.nanoTime() < until) {
                byte[] body = posts.lines(events);
                long began = System.nanoTime();
                client.post(type, "bench-" + IDS.getAndIncrement(), body);
                nanos.add(System.nanoTime() - began);
            }
        }
        return nanos;
    }
}
