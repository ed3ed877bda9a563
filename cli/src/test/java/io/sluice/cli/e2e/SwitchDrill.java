package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.CustodianRoom;
import io.sluice.cli.room.GatewayRoom;
import io.sluice.cli.room.JobRoom;
import io.sluice.cli.room.RunningRoom;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A rotation of keys and a switch of revisions under load: two gateways, for one of which a day begins, a protect job in a JVM of its own that is killed in the middle of the
 * switch, and everything in Kafka read back.
 */
final class SwitchDrill implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SLOW = Duration.ofMillis(200);
    private static final Duration FAST = Duration.ofMillis(30);
    private static final List<String> RECIPIENTS = List.of("care", "research");

    private final Deployment deployment;
    private final SluiceConfig config;
    private final Decider from;
    private final Decider to;
    private final Path older;
    private final RunningRoom custodian;
    private final RunningRoom west;
    private final RunningRoom east;
    private final SteadyLoad load;
    private final TopicBook<Stamped> ingress;
    private final TopicBook<String> trail;
    private final Map<String, TopicBook<String>> released = new TreeMap<>();

    /** Of the first passage, by position. */
    private final Map<String, String> decided = new TreeMap<>();

    /** By which the gateway {@code east} goes. */
    private final Midnight midnight = new Midnight();

    /** A record of ingress. @param key the day's key that wraps the one it is sealed under */
    private record Stamped(String position, long activation, String key) {}

    /** Stands still just before the next day (UTC) until it is let go on. */
    private static final class Midnight implements InstantSource {
        private final Instant next = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
        private volatile @Nullable Instant passed;

        @Override
        public Instant instant() {
            Instant since = passed;
            return since == null ? next.minusMillis(1) : next.plus(Duration.between(since, Instant.now()));
        }

        void pass() {
            passed = Instant.now();
        }

        /** The keys of the day that ends and of the one that begins. */
        List<String> keys() {
            return Stream.of(next.minusMillis(1), next)
                    .map(day -> "ingress-" + LocalDate.ofInstant(day, ZoneOffset.UTC))
                    .toList();
        }
    }

    /**
     * What decides before the switch, or behind it.
     *
     * @param activation its number
     * @param revision the revision that it puts in force
     */
    record Decider(long activation, long revision) {
        boolean decided(String entry) {
            return entry.contains("\"policy\":{\"activation\":" + activation + ",");
        }
    }

    /**
     * Starts the rooms but the job.
     *
     * @param deployment of which no room runs
     * @param from what is in force
     * @param to what is approved, to be activated
     * @param admin client settings of somebody who may read all
     */
    SwitchDrill(Deployment deployment, Decider from, Decider to, Map<String, Object> admin) throws IOException {
        this.deployment = deployment;
        this.from = from;
        this.to = to;
        this.older = deployment.folder().resolve("older");
        Path settings = deployment.folder().resolve("sluice.yaml");
        Path other = deployment.folder().resolve("east.yaml");
        Files.writeString(other, Files.readString(settings).replace("policy: {", "policy: {instance: east, "));
        this.config = new ConfigReader().read(settings);
        Topics topics = config.layout().topics();
        this.ingress = new TopicBook<>(
                admin,
                topics.ingress(),
                record -> new Stamped(
                        new IngressPosition(topics.generation(), record.partition(), record.offset()).toString(),
                        Long.parseLong(header(record, "ce_activation")),
                        dayKey(header(record, "sluice-seal"))));
        this.trail = new TopicBook<>(admin, topics.audit(), record -> new String(record.value(), UTF_8));
        RECIPIENTS.forEach(id ->
                released.put(id, new TopicBook<>(admin, topics.released(id), record -> header(record, "ce_id"))));
        this.custodian = CustodianRoom.start(config);
        this.west = GatewayRoom.start(config);
        this.east = GatewayRoom.start(new ConfigReader().read(other), midnight.withZone(ZoneOffset.UTC));
        for (RunningRoom room : List.of(custodian, west, east)) {
            await().atMost(PATIENCE).until(() -> room.state().equals(RunningRoom.READY));
        }
        this.load = new SteadyLoad(deployment.pki(), Map.of("west", address(west), "east", address(east)));
    }

    /** Ends with everything decided that was posted, by a job that went on where the killed one had come to. */
    void switchUnderLoadAndKillTheJobInTheMiddle() throws Exception {
        SluiceProcess killed = deployment.start("job", "protect");
        posting("the job releases", SLOW, () -> {
            assertThat(killed.isAlive()).as(killed.output() + killed.errors()).isTrue();
            return entries().size() > 100;
        });
        keysOfEachLevelAreRotated();
        killed.signal("STOP"); // what is posted from here on is not in this checkpoint
        copy(config.protect().checkpoints(), older);
        int covered = ingress.read().size();
        killed.signal("CONT");
        posting("more under the old activation", FAST, () -> ingress.read().size() > covered);

        CompletableFuture<Void> officer = CompletableFuture.runAsync(() -> deployment.activated(to.revision));
        posting(
                "a gateway stamps the new one",
                FAST,
                () -> ingress.read().stream().anyMatch(record -> record.activation == to.activation));
        killed.kill();
        long before = entries().size();
        try (RunningRoom job = JobRoom.protect(config, false)) {
            posting("both stamp it, and the job decides by it", SLOW, () -> {
                assertThat(job.state()).isEqualTo(RunningRoom.READY);
                List<String> now = entries();
                return bothStampTheNewOne() && now.size() > before && to.decided(now.get(now.size() - 1));
            });
            officer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            load.stop();
            int posted = ingress.read().size();
            await("everything is decided")
                    .atMost(PATIENCE)
                    .until(() -> entries().size() >= posted);
        }
    }

    /** Each while it is posted to: no record is turned away or quarantined for it, as is shown of all of them. */
    private void keysOfEachLevelAreRotated() throws Exception {
        midnight.pass();
        CompletableFuture<String> officer = CompletableFuture.supplyAsync(() -> {
            deployment.succeed("keys", "rotate", "ingress", "--wrapping");
            deployment.succeed("keys", "rotate", "fields", "--wrapping");
            String made = deployment
                    .succeed("keys", "rotate", "fields", "encrypt.care-identity")
                    .out();
            return made.substring(made.lastIndexOf(' ') + 1).strip();
        });
        posting(
                "east seals under the new day's key, and views are encrypted under the new version of their domain's",
                FAST,
                () -> ingress.read().stream()
                                .anyMatch(record ->
                                        record.key.equals(midnight.keys().get(1)))
                        && officer.isDone()
                        && entries().stream().anyMatch(entry -> entry.contains(officer.join())));
    }

    /** Waits while a request goes to each gateway every so often. */
    private void posting(String until, Duration every, Callable<Boolean> done) {
        await(until).atMost(PATIENCE).pollInterval(every).until(() -> {
            load.more();
            return done.call();
        });
    }

    /** P4, P9: what was posted stands in ingress, and is decided once by its stamp, with its views. */
    void everyRecordIsDecidedOnceByItsStamp() throws IOException {
        Map<String, Long> stamps = stamped();
        Set<String> ofEast = Set.copyOf(load.positions("east"));
        assertThat(ingress.read().stream()
                        .filter(record -> ofEast.contains(record.position))
                        .map(record -> record.key)
                        .distinct())
                .as("sealed before midnight and after it")
                .containsExactlyInAnyOrderElementsOf(midnight.keys());
        assertThat(load.refused()).as("nobody is turned away").isEmpty();
        Set<String> acknowledged = new TreeSet<>();
        for (String gateway : load.gateways()) {
            List<IngressPosition> positions = new ArrayList<>();
            load.positions(gateway).forEach(position -> {
                assertThat(acknowledged.add(position)).isTrue();
                positions.add(IngressPosition.ofEntryId(position));
            });
            positions.sort(Comparator.comparingLong(IngressPosition::offset));
            Map<Integer, List<Long>> rising = new TreeMap<>();
            Set<Long> stamped = new TreeSet<>();
            for (IngressPosition position : positions) {
                long stamp = stamps.getOrDefault(position.toString(), 0L);
                rising.computeIfAbsent(position.partition(), partition -> new ArrayList<>())
                        .add(stamp);
                stamped.add(stamp);
            }
            assertThat(rising.values())
                    .as(gateway)
                    .hasSize(2)
                    .allSatisfy(partition -> assertThat(partition).isSorted());
            assertThat(stamped).as(gateway).containsExactly(from.activation, to.activation);
        }
        assertThat(acknowledged).as("none lost, none twice").isEqualTo(stamps.keySet());

        Map<Decider, Set<String>> bundles = new HashMap<>();
        Map<String, List<String>> views = new TreeMap<>();
        RECIPIENTS.forEach(recipient -> views.put(recipient, new ArrayList<>()));
        for (String text : entries()) {
            JsonNode entry = JSON.readTree(text);
            String position = entry.path("id").asText();
            assertThat(decided.put(position, text)).as(position).isNull();
            assertThat(entry.at("/policy/activation").asLong()).as(text).isEqualTo(stamps.get(position));
            assertThat(entry.at("/policy").has("applied")).isFalse();
            Decider by = new Decider(
                    entry.at("/policy/activation").asLong(),
                    entry.at("/policy/revision").asLong());
            bundles.computeIfAbsent(by, decider -> new HashSet<>())
                    .add(entry.at("/policy/bundle").asText());
            for (JsonNode outcome : entry.path("recipients")) {
                views.computeIfPresent(outcome.path("id").asText(), (recipient, ids) -> {
                    ids.add(outcome.path("releasedId").asText());
                    return ids;
                });
            }
        }
        assertThat(decided.keySet()).isEqualTo(stamps.keySet());
        assertThat(bundles.keySet()).containsExactlyInAnyOrder(from, to);
        assertThat(bundles.values())
                .doesNotHaveDuplicates()
                .allSatisfy(one -> assertThat(one).hasSize(1));
        for (String recipient : RECIPIENTS) {
            assertThat(releasedIds(recipient))
                    .as(recipient)
                    .hasSize(stamps.size())
                    .containsExactlyInAnyOrderElementsOf(views.getOrDefault(recipient, List.of()));
        }
    }

    /** The job, started from a checkpoint of before the switch, decides every record that it reads again as it did at first. */
    void theSameIsDecidedAgainFromAnOlderCheckpoint() throws Exception {
        Path checkpoints = config.protect().checkpoints();
        Files.move(checkpoints, deployment.folder().resolve("newest"));
        Files.move(older, checkpoints);
        List<String> before = entries();
        int acts = accepted().size();
        try (RunningRoom job = JobRoom.protect(config, true)) {
            await("it is accepted, and an entry says so")
                    .atMost(PATIENCE)
                    .until(() -> accepted().size() > acts);
            List<IngressPosition> first = new ArrayList<>();
            JSON.readTree(accepted().get(acts))
                    .at("/detail/from")
                    .forEach(position -> first.add(IngressPosition.ofEntryId(position.asText())));
            Set<String> again = new TreeSet<>(decided.keySet());
            again.removeIf(id -> first.stream().anyMatch(start -> {
                IngressPosition position = IngressPosition.ofEntryId(id);
                return position.partition() == start.partition() && position.offset() < start.offset();
            }));
            await("it reads again").atMost(PATIENCE).until(() -> {
                assertThat(job.state()).isEqualTo(RunningRoom.READY);
                return entries().size() >= before.size() + again.size();
            });

            Map<String, String> second = new LinkedHashMap<>();
            List<String> all = entries();
            for (String text : all.subList(before.size(), all.size())) {
                assertThat(second.put(JSON.readTree(text).path("id").asText(), text))
                        .isNull();
            }
            assertThat(second.keySet()).isEqualTo(again);
            assertThat(second.values())
                    .as("records of both")
                    .anyMatch(from::decided)
                    .anyMatch(to::decided);
            assertThat(second).allSatisfy((id, text) -> assertThat(text).isEqualTo(decided.get(id)));
        }
        for (String recipient : RECIPIENTS) {
            assertThat(new HashSet<>(releasedIds(recipient)))
                    .as("no view under another id")
                    .hasSize(decided.size());
        }
    }

    /** Positions of ingress with their stamps. */
    private Map<String, Long> stamped() {
        Map<String, Long> stamps = new TreeMap<>();
        ingress.read().forEach(record -> stamps.put(record.position, record.activation));
        return stamps;
    }

    private boolean bothStampTheNewOne() {
        Set<String> so = new HashSet<>();
        ingress.read().stream()
                .filter(record -> record.activation == to.activation)
                .forEach(record -> so.add(record.position));
        return load.gateways().stream()
                .allMatch(gateway -> load.positions(gateway).stream().anyMatch(so::contains));
    }

    /** Entries of records, in their order. */
    private List<String> entries() {
        return trail.read().stream()
                .filter(text -> text.contains("\"type\":\"io.sluice.audit.record\""))
                .toList();
    }

    private List<String> accepted() {
        return trail.read().stream()
                .filter(text -> text.contains("\"code\":\"reprocess-accepted\""))
                .toList();
    }

    private List<String> releasedIds(String recipient) {
        return Objects.requireNonNull(released.get(recipient)).read();
    }

    /** The form of the header is {@code docs/specs/seal.md}'s: a version, a nonce, then the name of the day's key. */
    private static String dayKey(String seal) {
        Matcher name = Pattern.compile("ingress-\\d{4}-\\d{2}-\\d{2}").matcher(seal);
        assertThat(name.find()).as("a seal names its day's key").isTrue();
        return name.group();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static URI address(RunningRoom gateway) {
        return URI.create(gateway.addresses().get(0).replaceFirst("events +", ""));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Override
    public void close() {
        load.stop();
        List.of(east, west, custodian).parallelStream().forEach(RunningRoom::close);
        released.values().forEach(TopicBook::close);
        trail.close();
        ingress.close();
    }
}
