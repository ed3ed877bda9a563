package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.SluiceMain;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.Opener;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.UnwrapLimits;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.protection.transform.Sf1Answer;
import io.sluice.protection.transform.Sf1Opener;
import io.sluice.protection.transform.Sf1Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A demo that runs, seen by somebody who wants an erased subject's keys: verbs, registries, and yesterday's files. */
final class ErasureDrill {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path settings;
    private final PkiFiles pki;
    private final SluiceConfig config;
    private final URI gateway;
    private final Clock clock;

    /** @param folder with a {@code sluice.yaml} */
    ErasureDrill(Path folder, PkiFiles pki, URI gateway) {
        this(folder, pki, gateway, Clock.systemUTC());
    }

    private ErasureDrill(Path folder, PkiFiles pki, URI gateway, Clock clock) {
        this.settings = folder.resolve("sluice.yaml");
        this.pki = pki;
        this.config = new ConfigReader().readOrDefault(settings, Path.of(""));
        this.gateway = gateway;
        this.clock = clock;
    }

    /**
     * A copy of a whole folder, as a backup takes it while everything runs: certificates, Kafka, checkpoints, key folders, and
     * what the local KMS has in them. Only the indexes of Kafka's logs are left out, which it makes anew.
     */
    static Backup backup(Path folder, Path to) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(folder.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.toString().matches(".*(index|[.]lock|[.]tmp)")) {
                    try {
                        Files.copy(
                                file,
                                to.resolve(folder.relativize(file).toString()),
                                StandardCopyOption.COPY_ATTRIBUTES);
                    } catch (NoSuchFileException e) {
                        return FileVisitResult.CONTINUE; // gone since the folder was listed
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null && !(failure instanceof NoSuchFileException)) {
                    throw failure;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Path settings = to.resolve("sluice.yaml");
        Files.writeString(settings, Files.readString(settings).replace(folder.toString(), to.toString()));
        return new Backup(folder, to, Instant.now());
    }

    /** A folder as it was at a time. */
    record Backup(Path of, Path folder, Instant taken) {
        /** Of somebody who restores it, and sets the clocks back to when it was taken. */
        ErasureDrill drill(PkiFiles pki, URI gateway) {
            return new ErasureDrill(folder, pki, gateway, Clock.fixed(taken, ZoneOffset.UTC));
        }

        /** Makes of the demo's settings those of rooms that are started one by one, on free ports. */
        void settle() throws IOException {
            Rulebooks.edit(
                    folder.resolve("sluice.yaml"),
                    "reveal:\n",
                    "protect: {parallelism: 1, checkpointInterval: 500ms}\nreveal:\n  port: 0\n  managementPort: 0\n");
        }

        /** @param address where the reveal service is asked */
        void settle(URI address) throws IOException {
            Path settings = folder.resolve("sluice.yaml");
            Files.writeString(settings, Files.readString(settings).replaceFirst("address: .*", "address: " + address));
        }

        /** Puts the KMS of today in the place of the one of then: nobody has a backup of a KMS. */
        void takeTodaysKms() throws IOException {
            for (String store : List.of("ingress", "fields")) {
                for (String file : List.of("keystore.p12", "password")) {
                    Path place = Path.of("keys", store, file);
                    Files.copy(
                            of.resolve(place),
                            folder.resolve(place),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** A command line and what became of it. */
    record Said(int code, String out, String err) {}

    /** A verb of {@code subject}. */
    Said run(String... arguments) {
        return sluice("subject", List.of(arguments));
    }

    /** What the reveal service says of the e-mail in a view of marketing's to somebody who may see it. */
    String reveal(SubjectRef subject, Path view) {
        Said said = sluice(
                "reveal",
                List.of(
                        "--purpose",
                        "newsletter",
                        "--released-for",
                        "newsletter",
                        "--path",
                        "/customer/email",
                        "--ref",
                        subject.value(),
                        "--view",
                        view.toString()));
        return (said.out() + said.err()).strip();
    }

    private Said sluice(String verb, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(verb));
        all.addAll(arguments);
        all.addAll(List.of("--config", settings.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = SluiceMain.run(
                all.toArray(String[]::new), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Posts the choice of a customer, as the web shop, and follows it. @return what was said, standard output as JSON */
    Said erase(String customer) {
        return erase("webshop-eu", "customer", customer, DevIdentity.WEBSHOP);
    }

    /** Posts the choice and follows it. @return what was said, standard output as JSON */
    Said erase(String controller, String scheme, String id, DevIdentity by, String... more) {
        PemIdentity producer = pki.identity(by);
        List<String> arguments = new ArrayList<>(List.of(
                "erase",
                "--subject",
                id,
                "--controller",
                controller,
                "--scheme",
                scheme,
                "--chain",
                producer.chain().toString(),
                "--key",
                producer.key().toString(),
                "--gateway",
                gateway.toString(),
                "-o",
                "json"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    static String entry(Said said) throws IOException {
        return JSON.readTree(said.out()).path("entry").asText();
    }

    SluiceConfig config() {
        return config;
    }

    SubjectRef customer(String id) {
        return subject("webshop-eu", "customer", id);
    }

    SubjectRef subject(String controller, String scheme, String id) {
        return sealKeys().subjectReferences().of(controller, scheme, id);
    }

    SealKeys sealKeys() {
        var keys = config.keys().ingress();
        return SealKeys.open(keys.folder(), keys.settings(), config.tenant());
    }

    Path trees() {
        return config.keys().tree().folder();
    }

    Path custodian() {
        return config.keys().tree().custodian();
    }

    /** A registry over the files of a folder, that has heard all announcements up to now. */
    SubjectKeys registry(Path folder) {
        RegistryLimits limits = RegistryLimits.DEFAULT;
        RegistryLimits patient = new RegistryLimits(
                Duration.ofMinutes(5),
                limits.keyLife(),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                limits.maxKeys(),
                limits.maxNodeBytes());
        var fields = config.keys().fields();
        SubjectKeys registry = new SubjectKeys(
                config.tenant(),
                CustodianPublicKey.read(custodian()),
                Keystore.open(fields.folder(), fields.settings(), config.tenant()),
                new TreeFolder(folder),
                patient,
                clock,
                System::nanoTime);
        hear(registry);
        return registry;
    }

    /** Passes on the newest announcement of each revision. */
    void hear(SubjectKeys registry) {
        OfficerKafka kafka = OfficerKafka.of(config);
        TopicPartition control = new TopicPartition(kafka.layout().topics().keys(), 0);
        Map<String, byte[]> newest = new LinkedHashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(control));
            consumer.seekToBeginning(List.of(control));
            long end = consumer.endOffsets(List.of(control)).getOrDefault(control, 0L);
            while (consumer.position(control) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (SignedAnnouncement.isRecordKey(new String(record.key(), UTF_8))) {
                        newest.put(new String(record.key(), UTF_8), record.value());
                    }
                });
            }
        }
        newest.values().forEach(registry::accept);
    }

    /** What comes of the attempt to open the e-mail of a view of marketing's. */
    Sf1Answer answer(SubjectKeys registry, SubjectRef subject, JsonNode view) {
        Sf1Place place =
                new Sf1Place("orders", subject.value(), view.path("id").asText(), "/customer/email", "newsletter");
        return new Sf1Opener(FieldKeys.ofSubjects(registry), config.tenant())
                .open(view.at("/data/customer/email").asText(), place);
    }

    /** The e-mail; empty where it does not open. */
    Optional<String> open(SubjectKeys registry, SubjectRef subject, JsonNode view) {
        return answer(registry, subject, view) instanceof Sf1Answer.Ok ok ? Optional.of(ok.text()) : Optional.empty();
    }

    /**
     * What comes of the attempt to open the subject's records in {@code events.ingress}, the newest last.
     *
     * @param reader settings of a client that may read it
     */
    List<Opened> ingress(SubjectRef subject, Map<String, Object> reader) {
        Opener opener = sealKeys().opener(UnwrapLimits.DEFAULT);
        String topic = config.layout().topics().ingress();
        List<Opened> opened = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(reader, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (new String(record.key(), UTF_8).equals(subject.value())) {
                        List<Header> headers = new ArrayList<>();
                        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
                        opened.add(opener.open(record.key(), headers, record.value()));
                    }
                });
            }
        }
        return opened;
    }
}
