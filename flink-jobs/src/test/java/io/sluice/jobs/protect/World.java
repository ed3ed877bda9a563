package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.event.Choice;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Headers;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.TopicDirectory;
import io.sluice.jobs.kafka.TopicFacts;
import io.sluice.jobs.kafka.TopicLookup;
import io.sluice.jobs.protect.ProtectKeys.KeyFolder;
import io.sluice.policies.evaluate.PolicyStanding;
import io.sluice.policies.shadow.TaskShadow;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.SealedEvent;
import io.sluice.protection.seal.Sealer;
import io.sluice.protection.seal.UnwrapLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;

/** Keys, policies and topics around a protect function, and records for it, sealed as the gateway does. */
@NullUnmarked // what is null here fails the test
final class World implements AutoCloseable {
    static final String TENANT = "dev";
    static final Topics TOPICS = new Topics(TENANT, 1);
    static final Instant NOW = Instant.parse("2026-11-23T09:30:00Z");

    private static final Map<String, World> OPEN = new ConcurrentHashMap<>();

    final String id = UUID.randomUUID().toString();
    final KeyFolder ingressKeys;
    final KeyFolder fieldKeys;
    final SealKeys sealKeys;
    final Keystore fields;
    final Sealer sealer;
    final Map<Long, PolicyInForce> policies = new ConcurrentHashMap<>(Map.of(1L, new TestPolicy(1)));
    /** What is chosen for an activation in place of its policy: a floor, or nobody. */
    final Map<Long, Ruling> chosen = new ConcurrentHashMap<>();

    final Map<String, TopicFacts> topics = new ConcurrentHashMap<>();
    ProtectLimits limits = new ProtectLimits(
            Duration.ofHours(1), Duration.ofMillis(60), Duration.ofMillis(60), Duration.ofMillis(60), 100, 8, 100_000);

    /** Activations that were replaced so long ago that nothing may be requeued under them. */
    final Set<Long> replaced = ConcurrentHashMap.newKeySet();

    /** Whether the KMS of views was heard of lately. */
    final AtomicBoolean inReach = new AtomicBoolean(true);

    /** The time by which a task tells what it read lately. */
    final AtomicLong nanoTime = new AtomicLong();

    /** Where subjects' secrets come from: the ring, as of a job without a key tree, until a test puts a tree there. */
    SubjectKeyring subjectKeys;

    private long offset;
    private long requeueOffset;

    /** With the keys that tests share. */
    World() {
        this(TestKeys.shared());
    }

    World(TestKeys keys) {
        ingressKeys = keys.ingressFolder();
        fieldKeys = keys.fieldFolder();
        sealKeys = keys.seal();
        fields = keys.fields();
        sealer = sealKeys.sealer();
        subjectKeys = new RingKeyring(fields.ring());
        for (String topic : List.of(TOPICS.choices(), TOPICS.plans(), TOPICS.quarantine(), TOPICS.audit())) {
            topics.put(topic, new TopicFacts(3, 2 << 20, true));
        }
        TestPolicy.RECIPIENTS.forEach(
                recipient -> topics.put(TOPICS.released(recipient), new TopicFacts(2, 1 << 20, true)));
        OPEN.put(id, this);
    }

    static World of(String id) {
        return OPEN.get(id);
    }

    ProtectFunction function() {
        return new ProtectFunction(new WorldSteps(id), limits);
    }

    /** Steps over a world; serializable as the real factory is. */
    record WorldSteps(String world) implements StepsFactory {
        @Override
        public Steps open(int subtask) {
            return of(world).steps(subtask);
        }
    }

    Steps steps(int subtask) {
        TopicDirectory directory = new TopicDirectory(new Lookup(), System::nanoTime);
        KeyedHash hashes = new KeyedHash(TENANT, fields.ring());
        Plans plans = new Plans(TOPICS, directory);
        return new Steps(
                tickets(),
                new Unseal(
                        sealKeys.opener(UnwrapLimits.DEFAULT),
                        inReach::get,
                        new BoundedWait(limits.keyWait(), System::nanoTime)),
                hashes,
                new Decide(knownPolicies()),
                subjectKeys,
                new RecentCodes(nanoTime::get),
                fields.ring().envelopes(),
                new Protect(
                        TOPICS,
                        directory,
                        new PlanViews(TENANT, fields.ring(), subjectKeys, limits.maxViewBytes(), false),
                        plans,
                        hashes,
                        limits.maxViewBytes()),
                new Notices(TOPICS, directory, hashes),
                new Disposal(TOPICS, new Entries(TOPICS, "protect/" + subtask, 3), quarantine(), plans),
                policy(subtask),
                () -> {});
    }

    /** What a task tells that has read nothing. */
    static TaskPolicy policy(int subtask) {
        return new TaskPolicy(
                subtask,
                () -> new PolicyStanding(null, null),
                () -> 0,
                new TaskShadow(number -> Optional.empty(), Clock.systemUTC()),
                null,
                Clock.systemUTC());
    }

    /** The file of the fields' ring. */
    Path fieldRing() {
        return fieldKeys.folderPath().resolve("keyring.json");
    }

    /** A key of the fields' ring that is older than any limit of its age. */
    RingKey agedKey(String name) {
        Clock longAgo = Clock.fixed(NOW.minus(Duration.ofDays(4_000)), ZoneOffset.UTC);
        return KeyRing.open(fieldRing(), fields.kms(), TENANT, longAgo).getOrCreate(name);
    }

    /** Such a key, replaced by a process that died before it could tell anybody. */
    RingKey rotatedByAJobThatDied(String name) {
        RingKey old = agedKey(name);
        KeyRing died = KeyRing.open(fieldRing(), fields.kms(), TENANT, Clock.systemUTC());
        int ignored = died.envelopes().edition();
        return old;
    }

    /** Notes once more that nobody was told of the key's second version. */
    void untellRotation(RingKey key) throws IOException {
        Path ring = fieldRing();
        Path beside = ring.resolveSibling("untold.json");
        String name = "\"name\":\"" + key.name() + "\",";
        String told = Files.readString(ring);
        String untold = told.replace(name + "\"version\":2", name + "\"untold\":\"age\",\"version\":2");
        if (untold.equals(told)) { // asked of the text: a job that runs tells it as soon as it is there
            throw new IllegalStateException("the ring has no second version of " + key.name() + " that was told");
        }
        Files.copy(ring, beside, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(beside, untold);
        Files.move(beside, ring, StandardCopyOption.ATOMIC_MOVE);
    }

    Tickets tickets() {
        return new Tickets(TENANT, fields.ring());
    }

    /** What puts records into quarantine as the job does. */
    QuarantineRecord quarantine() {
        return new QuarantineRecord(TOPICS, topics.get(TOPICS.quarantine()).maxMessageBytes(), tickets());
    }

    Policies knownPolicies() {
        return new Policies() {
            @Override
            public Optional<PolicyInForce> activation(long number) {
                return Optional.ofNullable(policies.get(number));
            }

            @Override
            public Ruling choose(long activation, Tags tags) throws InterruptedException {
                Ruling ruling = chosen.get(activation);
                return ruling == null ? Policies.super.choose(activation, tags) : ruling;
            }

            @Override
            public boolean wasCurrent(long number, Instant at) {
                return !replaced.contains(number);
            }
        };
    }

    /** A quarantined record as it stands in {@code events.requeue} once somebody sent it there. */
    synchronized IngressRecord requeued(KafkaOutput quarantined, long activation, Instant appended) {
        List<Header> headers = new ArrayList<>(quarantined.headers());
        headers.add(new Header(Headers.ACTIVATION, Long.toString(activation).getBytes(UTF_8)));
        return requeued(quarantined.key(), headers, quarantined.value(), appended);
    }

    synchronized IngressRecord requeued(byte[] key, List<Header> headers, byte[] value, Instant appended) {
        return new IngressRecord(
                new IngressPosition(1, 2, requeueOffset++),
                IngressRecord.UNREAD,
                appended.toEpochMilli(),
                key,
                headers,
                value);
    }

    private final class Lookup implements TopicLookup {
        @Override
        public Map<String, TopicFacts> find(Set<String> names) {
            Map<String, TopicFacts> found = new TreeMap<>(topics);
            found.keySet().retainAll(names);
            return found;
        }

        @Override
        public void close() {}
    }

    /** For records that pass a real broker, whose clock decides what is stale. */
    static Tags now(Tags tags) {
        return with(tags, Instant.now().truncatedTo(ChronoUnit.MICROS));
    }

    IngressRecord orderNow(String eventId, int subject) {
        return seal(now(tags(eventId, subject)), event(eventId, order(subject)));
    }

    IngressRecord orderNow(String eventId, int subject, long activation) {
        return seal(withActivation(now(tags(eventId, subject)), activation), event(eventId, order(subject)));
    }

    static SubjectRef subject(int number) {
        char letter = (char) ('a' + number % 26);
        return new SubjectRef("s1_" + ("" + letter).repeat(25) + (char) ('a' + number / 26 % 26));
    }

    Tags tags(String eventId, int subject) {
        return new Tags(
                sealKeys.subjectReferences().eventId(TestPolicy.PRODUCER, "shop", eventId),
                "urn:sluice:dev:gateway",
                Tags.EVENT_TYPE,
                TestPolicy.DATASET,
                TestPolicy.PRODUCER,
                "order-fulfilment",
                subject(subject),
                "no",
                NOW,
                1,
                new TreeMap<>());
    }

    static Tags with(Tags tags, Instant received) {
        return copy(tags, tags.dataset(), received, tags.activation(), Map.of());
    }

    static Tags withTest(Tags tags, String test) {
        return copy(tags, tags.dataset(), tags.received(), tags.activation(), Map.of("test", test));
    }

    static Tags withActivation(Tags tags, long activation) {
        return copy(tags, tags.dataset(), tags.received(), activation, Map.of());
    }

    static Tags withDataset(Tags tags, String dataset) {
        return copy(tags, dataset, tags.received(), tags.activation(), Map.of());
    }

    private static Tags copy(
            Tags tags, String dataset, Instant received, long activation, Map<String, String> attributes) {
        return new Tags(
                tags.id(),
                tags.source(),
                tags.type(),
                dataset,
                tags.producer(),
                tags.purpose(),
                tags.subjectRef(),
                tags.subjectRegion(),
                received,
                activation,
                new TreeMap<>(attributes));
    }

    static ClientEvent event(String eventId, String data) {
        return new ClientEvent(
                eventId,
                "https://shop.example/",
                "order.placed",
                "customer-secret-7",
                null,
                "application/json; secret=parameter",
                new TreeMap<>(),
                data.getBytes(UTF_8));
    }

    static String order(int number) {
        return "{\"item\":\"tea-" + number + "\",\"email\":\"ola.nordmann" + number
                + "@example.org\",\"name\":\"Ola Nordmann\"}";
    }

    IngressRecord order(String eventId, int subject) {
        return seal(tags(eventId, subject), event(eventId, order(subject)));
    }

    IngressRecord choice(String eventId, int subject, Choice choice) {
        return choice(eventId, subject, new String(choice.toBytes(), UTF_8));
    }

    IngressRecord choice(String eventId, int subject, String json) {
        return choice(tags(eventId, subject), eventId, json);
    }

    IngressRecord choiceNow(String eventId, int subject, Choice choice) {
        return choice(now(tags(eventId, subject)), eventId, new String(choice.toBytes(), UTF_8));
    }

    private IngressRecord choice(Tags tags, String eventId, String json) {
        Tags choice = new Tags(
                tags.id(),
                tags.source(),
                Tags.CHOICE_TYPE,
                "choices",
                tags.producer(),
                "choices",
                tags.subjectRef(),
                null,
                tags.received(),
                1,
                new TreeMap<>(Map.of("controller", "webshop")));
        return seal(choice, event(eventId, json));
    }

    IngressRecord seal(Tags tags, ClientEvent event) {
        return record(sealer.seal(tags, event), tags.received().plusMillis(20));
    }

    synchronized IngressRecord record(SealedEvent sealed, Instant appended) {
        return new IngressRecord(
                new IngressPosition(1, 4, offset++),
                0,
                appended.toEpochMilli(),
                sealed.key(),
                sealed.headers(),
                sealed.value());
    }

    /** The same bytes once more in Kafka. */
    synchronized IngressRecord copy(IngressRecord record, Instant appended) {
        return new IngressRecord(
                new IngressPosition(1, 4, offset++),
                0,
                appended.toEpochMilli(),
                record.key(),
                record.headers(),
                record.value());
    }

    @Override
    public void close() {
        OPEN.remove(id);
        sealer.close();
    }
}
