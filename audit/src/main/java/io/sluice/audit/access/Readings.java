package io.sluice.audit.access;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.decision.AccessInput;
import io.sluice.core.event.Tags;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.Entrypoint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes that the log is read. What one reader asks within some minutes is a <i>reading</i>: its first entry is durable
 * before anything is shown, so that no crash hides who read; its last one tells what was asked and how often. Refusals are
 * counted by reader, code and minute, so that strangers cannot fill the log.
 *
 * <p>Thread-safe. The owner calls {@link #tick} every few seconds, and {@link #close} at the end.
 */
public final class Readings implements AutoCloseable {
    /** Readings open at one time; there is one of each reader, credential and activation. */
    static final int MAX_OPEN = 1_000;
    /** Different refusals of one minute; what is beyond is counted as one. */
    static final int MAX_REFUSED = 200;
    /** Entries that Kafka has not acknowledged; with more of them nothing is shown any more. */
    static final int MAX_WAITING = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final String WRITER = "audit-api";

    private final String tenant;
    private final EntrySink sink;
    private final Clock clock;
    private final Duration length;
    private final Duration limit;
    private final Map<Key, Window> open = new ConcurrentHashMap<>();
    /** Guarded by itself. */
    private final Map<Refusal, Long> refused = new LinkedHashMap<>();
    /** Guarded by itself. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private Instant minute;

    private record Key(String reader, String credential, long activation) {}

    private record Refusal(String reader, String credential, String code) {}

    /**
     * A question that was told. Its reading ends when it is closed, or after twice its length: an answer that takes longer is
     * not told. Thread-safe.
     */
    public static final class Asked implements AutoCloseable {
        private final Window window;
        private final String question;

        private Asked(Window window, String question) {
            this.window = window;
            this.question = question;
        }

        /** There is an answer, and it is going to be shown: the question was neither wrong nor too large. */
        public void answered() {
            window.answered(question);
        }

        @Override
        public void close() {
            window.over();
        }
    }

    /**
     * @param tenant the deployment's
     * @param length after which a reading is told and another one begins
     * @param limit how long a question waits for the entry of its reading, and the end for the last ones
     */
    public Readings(String tenant, EntrySink sink, Clock clock, Duration length, Duration limit) {
        this.tenant = tenant;
        this.sink = sink;
        this.clock = clock;
        this.length = length;
        this.limit = limit;
        this.minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    }

    /**
     * Something is going to be shown.
     *
     * @param asked what was asked, in codes, ids and references
     * @return to say whether it was answered, and to close when that is over
     * @throws EntryNotDurableException where that could not be written; then it must not be shown
     */
    public Asked read(Admission.Granted granted, Visitor visitor, String asked) throws EntryNotDurableException {
        if (isFull()) {
            throw new EntryNotDurableException("too many entries of readings wait for Kafka", null);
        }
        Key key =
                new Key(granted.reader(), visitor.credential(), granted.policy().number());
        while (true) {
            if (open.size() >= MAX_OPEN && !open.containsKey(key)) {
                throw new EntryNotDurableException("too many readings are open", null);
            }
            Window window = open.computeIfAbsent(key, unused -> new Window(clock.instant()));
            synchronized (window) {
                if (window.closed) {
                    continue; // it was told meanwhile
                }
                if (!window.told) {
                    begin(key, window, granted);
                }
                window.count(granted.input().act(), granted.reason().rule(), asked);
                return new Asked(window, asked);
            }
        }
    }

    private void begin(Key key, Window window, Admission.Granted granted) throws EntryNotDurableException {
        CompletableFuture<?> sent = window.sent;
        if (sent == null) {
            sent = sink.send(act(
                            ActEntry.Code.AUDIT_READ,
                            key.reader(),
                            clock.instant(),
                            inReading(key, window, opening(window, key, granted)))
                    .get());
            window.sent = sent;
        }
        try {
            sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            window.told = true;
        } catch (TimeoutException e) { // it is on its way: the next question waits for the same entry
            throw new EntryNotDurableException("audit.entries does not acknowledge", e);
        } catch (ExecutionException e) { // it may be there all the same: another reading begins
            window.closed = true;
            open.remove(key, window);
            throw new EntryNotDurableException("audit.entries could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EntryNotDurableException("interrupted while writing to audit.entries", e);
        }
    }

    /** Somebody was refused. @param reader {@link ReaderDesk#UNKNOWN} for strangers */
    public void refused(String reader, Visitor visitor, String code) {
        synchronized (refused) {
            String credential =
                    reader.equals(ReaderDesk.UNKNOWN) ? visitor.credentialOfUnknown() : visitor.credential();
            Refusal refusal = new Refusal(reader, credential, code);
            boolean room = refused.containsKey(refusal) || refused.size() < MAX_REFUSED;
            refused.merge(room ? refusal : new Refusal(ReaderDesk.UNKNOWN, "others", "others"), 1L, Long::sum);
        }
    }

    /** Tells the readings whose time is over, and the refusals of minutes that are over. */
    public synchronized void tick() {
        Instant now = clock.instant();
        open.forEach((key, window) -> {
            if (!now.isBefore(window.from.plus(length))
                    && (!window.isAnswering() || !now.isBefore(window.from.plus(length.multipliedBy(2))))) {
                end(key, window, now);
            }
        });
        Instant current = now.truncatedTo(ChronoUnit.MINUTES);
        synchronized (refused) {
            if (!current.equals(minute) && !isFull()) { // else they are counted on
                tellRefusals(now);
                minute = current;
            }
        }
        flush();
    }

    /** Tells all that is open, as far as Kafka takes it. */
    @Override
    public synchronized void close() {
        Instant now = clock.instant();
        open.forEach((key, window) -> end(key, window, now));
        synchronized (refused) {
            tellRefusals(now);
        }
        flush();
        await();
        flush();
        synchronized (waiting) {
            if (!waiting.isEmpty()) {
                LOG.atError()
                        .addKeyValue("entries", waiting.size())
                        .log("What was asked in the last readings could not be written; that there were readings was");
            }
        }
    }

    private void end(Key key, Window window, Instant now) {
        synchronized (window) {
            open.remove(key, window);
            CompletableFuture<?> sent = window.sent;
            if (!window.closed && sent != null && !sent.isCompletedExceptionally()) {
                later(act(ActEntry.Code.AUDIT_READ, key.reader(), now, inReading(key, window, window.closing(now))));
            }
            window.closed = true;
        }
    }

    /** The caller holds {@link #refused}. */
    private void tellRefusals(Instant now) {
        refused.forEach((refusal, count) -> later(act(
                ActEntry.Code.AUDIT_REFUSED,
                refusal.reader(),
                now,
                Map.of(
                        "code",
                        refusal.code(),
                        "count",
                        count,
                        "credential",
                        refusal.credential(),
                        "minute",
                        minute.toString()))));
        refused.clear();
    }

    private boolean isFull() {
        synchronized (waiting) {
            return waiting.size() >= MAX_WAITING;
        }
    }

    private void later(Supplier<AuditEntry> act) {
        synchronized (waiting) {
            waiting.add(new Waiting(act));
        }
    }

    /** What was told and is not known to be durable. Used under the lock of {@link Readings} alone. */
    private static final class Waiting {
        private final Supplier<AuditEntry> act;
        private @Nullable CompletableFuture<?> sent;

        Waiting(Supplier<AuditEntry> act) {
            this.act = act;
        }
    }

    /**
     * Sends what was not sent yet, in the order in which it came, and forgets what is durable by now. What failed may have
     * been written, so it is told again under another id: twice rather than never.
     */
    private void flush() {
        List<Waiting> durable = new ArrayList<>();
        boolean failed = false;
        for (Waiting one : waiting()) {
            CompletableFuture<?> sent = one.sent;
            if (sent == null || sent.isCompletedExceptionally()) {
                if (failed) {
                    continue; // each of them would block until its limit
                }
                sent = sink.send(one.act.get());
                one.sent = sent;
                failed = sent.isCompletedExceptionally();
            }
            if (sent.isDone() && !sent.isCompletedExceptionally()) {
                durable.add(one);
            }
        }
        synchronized (waiting) {
            waiting.removeAll(durable);
        }
        if (failed) {
            LOG.warn("Entries of readings are not written yet; they are told again");
        }
    }

    private List<Waiting> waiting() {
        synchronized (waiting) {
            return List.copyOf(waiting);
        }
    }

    /** Until what is on its way is durable or failed, within the limit. */
    private void await() {
        CompletableFuture<?>[] under =
                waiting().stream().flatMap(one -> Stream.ofNullable(one.sent)).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(under).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Entries of readings are not acknowledged", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An entry, with another id each time. */
    private Supplier<AuditEntry> act(ActEntry.Code code, String actor, Instant time, Map<String, Object> detail) {
        return () -> ActEntry.of(code, tenant, WRITER, actor, time, detail);
    }

    private static Map<String, Object> inReading(Key key, Window window, Map<String, Object> detail) {
        detail.put("reading", window.id);
        detail.put("credential", key.credential());
        return detail;
    }

    private static Map<String, Object> opening(Window window, Key key, Admission.Granted granted) {
        ActivePolicy policy = granted.policy();
        Map<String, Object> detail = new TreeMap<>();
        detail.put("state", "opened");
        detail.put("from", Tags.timestamp(window.from));
        detail.put("input", granted.input().toJson());
        detail.putAll(granted.reason().toJson());
        detail.put(
                "policy",
                Map.of(
                        "activation",
                        key.activation(),
                        "revision",
                        policy.bundle().revision(),
                        "bundle",
                        policy.bundle().digest(),
                        "entrypoint",
                        Entrypoint.ACCESS.path()));
        return detail;
    }

    /** What is asked in one reading. Guarded by itself. */
    private static final class Window {
        private static final int MAX_ASKED = 100;

        private final String id = UUID.randomUUID().toString();
        private final Instant from;
        private final Map<String, Long> acts = new TreeMap<>();
        private final Map<String, Long> rules = new TreeMap<>();
        private final Map<String, Long> asked = new LinkedHashMap<>();
        private final Map<String, Long> answered = new HashMap<>();
        private long more;
        private int answering;
        /** The first entry on its way; it is sent once. */
        private @Nullable CompletableFuture<?> sent;

        private boolean told;
        private boolean closed;

        Window(Instant from) {
            this.from = from;
        }

        void count(AccessInput.Act act, String rule, String question) {
            acts.merge(act.code(), 1L, Long::sum);
            rules.merge(rule, 1L, Long::sum);
            answering++;
            if (asked.containsKey(question) || asked.size() < MAX_ASKED) {
                asked.merge(question, 1L, Long::sum);
            } else {
                more++;
            }
        }

        synchronized void answered(String question) {
            if (asked.containsKey(question)) { // what is beyond those that are listed is a figure alone
                answered.merge(question, 1L, Long::sum);
            }
        }

        synchronized void over() {
            answering--;
        }

        synchronized boolean isAnswering() {
            return answering > 0;
        }

        Map<String, Object> closing(Instant now) {
            Map<String, Object> detail = new TreeMap<>();
            detail.put("state", "closed");
            detail.put("from", Tags.timestamp(from));
            detail.put("to", Tags.timestamp(now));
            detail.put("acts", Map.copyOf(acts));
            detail.put("rules", Map.copyOf(rules));
            List<Map<String, Object>> questions = new ArrayList<>();
            asked.forEach((question, count) -> questions.add(
                    Map.of("asked", question, "count", count, "answered", answered.getOrDefault(question, 0L))));
            detail.put("questions", questions);
            if (more > 0) {
                detail.put("more", more);
            }
            return detail;
        }
    }
}
