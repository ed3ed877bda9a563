package io.sluice.policies.status;

import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyStanding;
import io.sluice.policies.shadow.ShadowReport;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@code policy.status} what this process has in force, on a thread of its own: at once where it changes, and every
 * {@link StatusSettings#every}. Whatever goes wrong with it is counted and logged, and stops nobody. Thread-safe.
 */
public final class StatusBeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusBeat.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final String room;
    private final StatusSettings settings;
    private final Clock clock;
    private final Function<Instant, PolicyStanding> standings;
    private final Function<Instant, Optional<String>> findings;
    private final Supplier<StatusSink> sinks;
    private final String boot = HexFormat.of().formatHex(random());
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final LongAdder unwritten = new LongAdder();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable StatusSink sink; // of the thread
    private volatile PolicyStanding standing = new PolicyStanding(null, null);

    /** Whom a status is about, beside the process. Thread-safe. */
    public interface Source {
        /** Index of the task; null for the whole process. */
        @Nullable
        Integer task();

        /** The activation of the record that was decided last; null where there is none. */
        @Nullable
        Long decided();

        /** What is to be done off the records' path; called about twice a second. */
        default void work() {}

        /** What a shadow would have decided otherwise, on the thread that calls {@link #work}; empty where there is none. */
        default Optional<ShadowReport> shadow() {
            return Optional.empty();
        }

        /** How a canary does that returns by itself, of the one who watches it; empty of all others. */
        default Optional<CanaryReport> canary() {
            return Optional.empty();
        }
    }

    /** A room that decides no records. */
    public static final Source PROCESS = new Source() {
        @Override
        public @Nullable Integer task() {
            return null;
        }

        @Override
        public @Nullable Long decided() {
            return null;
        }
    };

    private static final class Told {
        private final Source source;
        private final Reporter reporter;
        private volatile boolean leaving;
        private @Nullable RoomStatus last; // of the thread, as all below
        private long lastNanos;
        private long activation;
        private Instant since = Instant.EPOCH;

        private Told(Source source, Reporter reporter) {
            this.source = source;
            this.reporter = reporter;
        }
    }

    /**
     * Starts the thread. It tells of nobody before {@link #add}.
     *
     * @param room name of the room
     * @param standings what is in force at an instant, and the newest that was read
     * @param findings what keeps the room from deciding at an instant, in words that stay the same while it does
     * @param sinks opens the topic; called again where that failed
     */
    public static StatusBeat start(
            String room,
            StatusSettings settings,
            Clock clock,
            Function<Instant, PolicyStanding> standings,
            Function<Instant, Optional<String>> findings,
            Supplier<StatusSink> sinks) {
        StatusBeat beat = new StatusBeat(room, settings, clock, standings, findings, sinks);
        beat.thread.start();
        return beat;
    }

    private StatusBeat(
            String room,
            StatusSettings settings,
            Clock clock,
            Function<Instant, PolicyStanding> standings,
            Function<Instant, Optional<String>> findings,
            Supplier<StatusSink> sinks) {
        this.room = room;
        this.settings = settings;
        this.clock = clock;
        this.standings = standings;
        this.findings = findings;
        this.sinks = sinks;
        this.thread = new Thread(this::run, "sluice-policy-status");
        this.thread.setDaemon(true);
    }

    private static byte[] random() {
        byte[] bytes = new byte[4];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Tells of a source from now on. */
    public void add(Source source) {
        Instant started = clock.instant();
        told.add(new Told(
                source, new Reporter(room, settings.instance(), boot, source.task(), started, settings.every())));
    }

    /** Says a last word of it, soon. */
    public void remove(Source source) {
        told.stream().filter(one -> one.source == source).forEach(one -> one.leaving = true);
    }

    /** What was seen last, at most a second ago. */
    public PolicyStanding standing() {
        return standing;
    }

    /** Status records that could not be written since the start. */
    public long unwritten() {
        return unwritten.sum();
    }

    private void run() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                safely(this::look);
            }
        } catch (InterruptedException e) {
            LOG.debug("The status was interrupted on the way out", e);
        }
        told.forEach(one -> one.leaving = true);
        safely(this::look);
        safely(() -> {
            if (sink != null) {
                sink.close();
            }
        });
    }

    private void safely(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void look() {
        Instant now = clock.instant();
        PolicyStanding seen = standings.apply(now);
        standing = seen;
        String finding = findings.apply(now).orElse(null);
        for (Told one : told) {
            look(one, seen, finding, now);
        }
    }

    private void look(Told one, PolicyStanding seen, @Nullable String finding, Instant now) {
        HistoryEntry held = seen.inForce();
        long activation = held == null ? 0 : held.signed().activation().number();
        if (activation != one.activation) {
            one.activation = activation;
            one.since = now;
        }
        boolean leaving = one.leaving;
        safely(one.source::work);
        RoomStatus status =
                RoomStatus.of(one.reporter, now, seen, one.since, finding, one.source.decided(), unwritten.sum());
        if (leaving) {
            status = status.last(now);
            told.remove(one);
        }
        boolean due = System.nanoTime() - one.lastNanos >= settings.every().toNanos();
        if (due || status.differs(one.last)) {
            one.last = status;
            one.lastNanos = System.nanoTime();
            write(status.with(
                    one.source.shadow().orElse(null), one.source.canary().orElse(null)));
        }
    }

    private void write(RoomStatus status) {
        try {
            StatusSink open = sink;
            if (open == null) {
                open = sinks.get();
                sink = open;
            }
            open.write(status.reporter().key(), status.toBytes(), this::done);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void done(@Nullable Exception failure) {
        if (failure != null) {
            failed(failure);
        } else if (failing.compareAndSet(true, false)) {
            LOG.info("policy.status is written again");
        }
    }

    private void failed(Exception e) {
        unwritten.increment();
        if (failing.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("policy.status cannot be written; trying again, and nothing waits for it");
        }
    }

    /** Says a last word of everybody and stops; waits a few seconds at most. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_WITHIN.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
