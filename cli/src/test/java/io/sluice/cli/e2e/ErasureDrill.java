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
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.protection.transform.Sf1Answer;
import io.sluice.protection.transform.Sf1Opener;
import io.sluice.protection.transform.Sf1Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A demo that runs, seen by somebody who wants an erased subject's keys: verbs, registries, and yesterday's files. */
final class ErasureDrill {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path kept;
    private final Path settings;
    private final SluiceConfig config;
    private final URI gateway;

    ErasureDrill(Path kept, URI gateway) {
        this.kept = kept;
        this.settings = kept.resolve("sluice.yaml");
        this.config = new ConfigReader().readOrDefault(settings, Path.of(""));
        this.gateway = gateway;
    }

    /** A command line and what became of it. */
    record Said(int code, String out, String err) {}

    Said run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("subject"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", settings.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = SluiceMain.run(
                all.toArray(String[]::new), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Posts the choice, as the web shop, and follows it. @return what was said, standard output as JSON */
    Said erase(String customer) {
        PemIdentity shop = new PkiFiles(kept.resolve("certs")).identity(DevIdentity.WEBSHOP);
        return run(
                "erase",
                "--subject",
                customer,
                "--controller",
                "webshop-eu",
                "--scheme",
                "customer",
                "--chain",
                shop.chain().toString(),
                "--key",
                shop.key().toString(),
                "--gateway",
                gateway.toString(),
                "-o",
                "json");
    }

    static String entry(Said said) throws IOException {
        return JSON.readTree(said.out()).path("entry").asText();
    }

    SubjectRef customer(String id) {
        var keys = config.keys().ingress();
        return SealKeys.open(keys.folder(), keys.settings(), config.tenant())
                .subjectReferences()
                .of("webshop-eu", "customer", id);
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
                Clock.systemUTC(),
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

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
