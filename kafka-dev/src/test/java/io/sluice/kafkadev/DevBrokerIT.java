package io.sluice.kafkadev;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The broker over real connections: who gets in, who does not, and what survives. */
class DevBrokerIT {

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static PkiFiles pki;

    @SuppressWarnings("NullAway.Init")
    private static DevBroker broker;

    @BeforeAll
    static void start() {
        pki = DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC());
        broker = DevBroker.start(DevBrokerConfig.of(folder.resolve("kafka"), pki));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void isTheClusterThatItSays() throws Exception {
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            assertThat(admin.describeCluster().clusterId().get(20, TimeUnit.SECONDS))
                    .isEqualTo(broker.clusterId());
        }
    }

    @Test
    void everyListenerIsTlsAndTheFolderIsTheOwnersOnly() throws Exception {
        Properties settings = new Properties();
        try (InputStream in = Files.newInputStream(folder.resolve("kafka").resolve("server.properties"))) {
            settings.load(in);
        }
        assertThat(settings.getProperty("listeners")).doesNotContain("PLAINTEXT");
        assertThat(settings.getProperty("listener.security.protocol.map")).isEqualTo("CLIENT:SSL,CONTROLLER:SSL");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("kafka"))))
                .isEqualTo("rwx------");
    }

    @Test
    void refusesAPlaintextClient() {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());

        assertDropped(settings);
    }

    @Test
    void refusesAClientWithoutCertificate() {
        Map<String, Object> settings = broker.clientSettings(DevIdentity.ADMIN);
        settings.keySet().removeAll(Set.of("ssl.keystore.type", "ssl.keystore.location"));

        assertRefused(settings);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyIdentity.class,
            names = {"EXPIRED", "NOT_YET_VALID", "OTHER_CA", "FORGED", "SERVER_ONLY"})
    void refusesFaultyCertificates(FaultyIdentity faulty) {
        assertRefused(settings(pki.faulty(faulty), pki.trust()));
    }

    /** Kafka reads no revocation lists; a revoked producer is kept out because it maps to no principal. */
    @Test
    void dropsSoundCertificatesThatAreNoRooms() {
        assertDropped(broker.clientSettings(DevIdentity.WEBSHOP));
        assertDropped(settings(pki.faulty(FaultyIdentity.REVOKED), pki.trust()));
    }

    @Test
    void aClientRefusesABrokerOfAnUnknownAuthority() {
        assertRefused(settings(pki.identity(DevIdentity.ADMIN), pki.otherTrust()));
    }

    @Test
    void allowsNothingWithoutAGrant() throws Exception {
        Clients.createTopic(broker, "ungranted");

        assertThatThrownBy(() -> Clients.produce(broker, DevIdentity.GATEWAY, "ungranted", "x"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void aRestartOnTheSameFolderResumes(@TempDir Path own) throws Exception {
        DevBrokerConfig config = DevBrokerConfig.of(own, pki);
        String clusterId;
        String bootstrap;
        try (DevBroker first = DevBroker.start(config)) {
            clusterId = first.clusterId();
            bootstrap = first.bootstrapServers();
            Clients.createTopic(first, "kept");
            Clients.produce(first, DevIdentity.ADMIN, "kept", "before");
        }

        try (DevBroker second = DevBroker.start(config)) {
            assertThat(second.clusterId()).isEqualTo(clusterId);
            assertThat(second.bootstrapServers()).isEqualTo(bootstrap);
            assertThat(Clients.read(second, DevIdentity.ADMIN, "kept", 1)).containsExactly("before");
        }
    }

    @Test
    void aRestartAfterAKillResumes(@TempDir Path own) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1", // a short life: optimising would cost more than it saves
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        own.toString(),
                        pki.folder().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> printed;
        try (var lines = process.inputReader(UTF_8)) {
            printed = List.of(String.valueOf(lines.readLine()), String.valueOf(lines.readLine()));
        } finally {
            process.destroyForcibly().waitFor();
        }

        try (DevBroker second = DevBroker.start(DevBrokerConfig.of(own, pki))) {
            assertThat(List.of(second.clusterId(), second.bootstrapServers())).isEqualTo(printed);
            assertThat(Clients.read(second, DevIdentity.ADMIN, "kept", 1)).containsExactly("before");
        }
    }

    @Test
    void aBusyPortIsNamedWithItsSetting(@TempDir Path own) {
        int port = Integer.parseInt(broker.bootstrapServers().split(":", 2)[1]);

        assertThatThrownBy(() -> DevBroker.start(new DevBrokerConfig(own, pki, port)))
                .isInstanceOfSatisfying(
                        DevBrokerException.class,
                        e -> assertThat(e.code()).isEqualTo(DevBrokerException.Code.PORT_BUSY))
                .hasMessageContaining("port " + port)
                .hasMessageContaining("kafka.port");
    }

    @Test
    void aFolderInUseIsNamed() {
        assertThatThrownBy(() -> DevBroker.start(DevBrokerConfig.of(folder.resolve("kafka"), pki)))
                .isInstanceOfSatisfying(
                        DevBrokerException.class,
                        e -> assertThat(e.code()).isEqualTo(DevBrokerException.Code.FOLDER_BUSY))
                .hasMessageContaining("another broker uses");
    }

    private static void assertRefused(Map<String, Object> settings) {
        assertThatThrownBy(() -> connect(settings, Duration.ofSeconds(30)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SslAuthenticationException.class);
    }

    /** The broker closes the connection without a word, and the client tries again until it gives up. */
    private static void assertDropped(Map<String, Object> settings) {
        assertThatThrownBy(() -> connect(settings, Duration.ofSeconds(4)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }

    private static void connect(Map<String, Object> settings, Duration patience) throws Exception {
        Properties bounded = new Properties();
        bounded.putAll(settings);
        bounded.put("default.api.timeout.ms", Long.toString(patience.toMillis()));
        bounded.put("request.timeout.ms", Long.toString(patience.toMillis() / 2));
        try (Admin admin = Admin.create(bounded)) {
            admin.describeCluster().clusterId().get(60, TimeUnit.SECONDS);
        }
    }

    private static Map<String, Object> settings(PemIdentity identity, Path trust) {
        return ClientSettings.of(broker.bootstrapServers(), identity, trust);
    }

    /** A broker in a process of its own, to be killed. */
    static final class BrokerProcess {
        private BrokerProcess() {}

        public static void main(String[] arguments) throws Exception {
            PkiFiles pki = DevPki.openOrCreate(Path.of(arguments[1]), Clock.systemUTC());
            DevBroker broker = DevBroker.start(DevBrokerConfig.of(Path.of(arguments[0]), pki));
            Clients.createTopic(broker, "kept");
            Clients.produce(broker, DevIdentity.ADMIN, "kept", "before");
            System.out.println(broker.clusterId());
            System.out.println(broker.bootstrapServers());
        }
    }
}
