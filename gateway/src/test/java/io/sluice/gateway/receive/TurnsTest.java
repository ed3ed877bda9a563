package io.sluice.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Deque<Runnable> thread = new ArrayDeque<>();
    private boolean shut;
    private final Turns turns = new Turns(this::begin, 5);
    private final List<String> done = new ArrayList<>();

    private void begin(Runnable task) {
        if (shut) {
            throw new RejectedExecutionException("shut down");
        }
        thread.add(task);
    }

    private void task(String sender, String name) {
        turns.of(sender).execute(() -> done.add(name));
    }

    private void runAll() {
        for (Runnable next = thread.poll(); next != null; next = thread.poll()) {
            next.run();
        }
    }

    @Test
    void whoHasOneWaitsForOneOfEachOther() {
        task("flood", "f1");
        task("flood", "f2");
        task("flood", "f3");
        task("one", "o1");
        task("other", "x1");

        runAll();

        assertThat(done).containsExactly("f1", "o1", "x1", "f2", "f3");
    }

    @Test
    void whoComesBackStandsBehindTheOthers() {
        task("a", "a1");
        task("b", "b1");
        thread.remove().run();
        task("a", "a2");
        task("c", "c1");

        runAll();

        assertThat(done).containsExactly("a1", "b1", "a2", "c1");
    }

    @Test
    void whatAShutThreadRefusesDoesNotRunInPlaceOfWhatItTook() {
        task("a", "a1");
        task("b", "b1");
        shut = true;
        assertThatThrownBy(() -> task("c", "c1")).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> task("a", "a2")).isInstanceOf(RejectedExecutionException.class);

        runAll();
        assertThat(done).containsExactly("a1", "b1");

        shut = false;
        task("a", "a3");
        task("c", "c2");
        runAll();
        assertThat(done).containsExactly("a1", "b1", "a3", "c2");
    }

    @Test
    void refusesWhatIsTooMuchAndGoesOn() {
        for (int i = 0; i < 5; i++) {
            task("a", "a" + i);
        }

        assertThatThrownBy(() -> task("b", "b1")).isInstanceOf(RejectedExecutionException.class);
        thread.remove().run();
        task("b", "b2");
        runAll();

        assertThat(done).containsExactly("a0", "a1", "b2", "a2", "a3", "a4");
    }
}
