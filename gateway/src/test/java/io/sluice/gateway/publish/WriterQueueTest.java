package io.sluice.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriterQueueTest {
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofHours(1);

    private final WriterClient client = new WriterClient(
            () -> new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            new IngressTopic("t", Optional::empty),
            System::nanoTime);

    @Test
    void itIsBoundedAndHasRoomAgainOnceOneWasTaken() {
        WriterQueue queue = new WriterQueue(2);

        assertThat(queue.offer(delivery("a"))).isTrue();
        assertThat(queue.offer(delivery("b"))).isTrue();
        assertThat(queue.offer(delivery("c"))).isFalse();
        assertThat(text(queue.poll())).isEqualTo("a");
        assertThat(queue.offer(delivery("d"))).isTrue();
        assertThat(queue.offer(delivery("e"))).isFalse();
    }

    @Test
    void whoSleepsIsWokenUp() throws Exception {
        WriterQueue queue = new WriterQueue(2);
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread thread = new Thread(() -> taken.complete(text(queue.next(LONGER_THAN_THE_TEST))));
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        queue.offer(delivery("a"));

        assertThat(taken.get()).isEqualTo("a");
    }

    /** A wake-up that is lost leaves it asleep. */
    @Test
    void eachThreadsRecordsComeInItsOrderAndNoneIsLost() throws Exception {
        WriterQueue queue = new WriterQueue(Integer.MAX_VALUE);
        int threads = 4;
        int each = 5_000;
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String name = i + ":";
            writers.add(new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    queue.offer(delivery(name + n));
                }
            }));
        }
        Map<String, Integer> next = new HashMap<>();
        writers.forEach(Thread::start);

        for (int taken = 0; taken < threads * each; ) {
            Delivery<?> delivery = queue.next(LONGER_THAN_THE_TEST);
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            if (delivery != null) { // it may wake up for one that it has taken already
                taken++;
                String[] text = text(delivery).split(":");
                assertThat(Integer.parseInt(text[1])).isEqualTo(next.merge(text[0], 1, Integer::sum) - 1);
            }
        }

        assertThat(queue.isEmpty()).isTrue();
        assertThat(next.values()).containsExactlyElementsOf(Collections.nCopies(threads, each));
    }

    private Delivery<Long> delivery(String text) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(text, new byte[0]);
        return new Delivery<>(StampedRecord.unstamped(record), 0, written -> written.offset(), client);
    }

    private static String text(Delivery<?> delivery) {
        return delivery.take().record().topic();
    }
}
