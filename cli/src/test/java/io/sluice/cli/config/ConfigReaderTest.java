package io.sluice.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.event.Topics;
import io.sluice.policies.engine.EngineConfig;
import io.sluice.policies.engine.OpaRestConfig;
import io.sluice.protection.keys.AwsKmsSettings;
import io.sluice.protection.keys.KmsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final ConfigReader reader = new ConfigReader(environment::get);

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("sluice.yaml"), yaml);
    }

    @Test
    void usesDefaultsWhereThereIsNoFile() {
        SluiceConfig config = reader.readOrDefault(null, folder);

        assertThat(config)
                .isEqualTo(SluiceConfig.defaults(folder.toAbsolutePath().normalize()));
        assertThat(config.gateway().maxBody()).isEqualTo(new Size(1 << 20));
        assertThat(config.protect().checkpointInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aKeyStoreIsWrappedByTheKmsOfItsKind() throws IOException {
        assertThat(SluiceConfig.defaults(folder).keys().fields().settings())
                .isEqualTo(KmsSettings.local(folder.resolve("keys/fields/password")));

        KeysSection keys = reader.read(file("""
                keys:
                  ingress:
                    kms: {kind: pkcs11, outageLimit: 10m, pkcs11: {library: /opt/hsm.so, token: T, pinFile: pin}}
                  fields:
                    kms: {kind: aws, aws: {region: us-east-1, prefix: acme-fields, deletionDays: 30, timeout: 2s}}
                """)).keys();

        assertThat(keys.ingress().settings())
                .isEqualTo(new KmsSettings(
                        new KmsSettings.Pkcs11(
                                "/opt/hsm.so", "T", folder.resolve("pin").toString()),
                        Duration.ofMinutes(10)));
        assertThat(keys.fields().settings())
                .isEqualTo(new KmsSettings(
                        new AwsKmsSettings("us-east-1", "acme-fields", 30, Duration.ofSeconds(2), null),
                        KmsSettings.DEFAULT_OUTAGE_LIMIT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    kind: cloud                           | keys.fields.kms: kind must be local, pkcs11 or aws
                    outageLimit: 1s                       | keys.fields.kms: outageLimit must be
                    pin: x                                | keys.fields.kms.pin: unknown setting
                    pkcs11: {token: ''}                   | keys.fields.kms.pkcs11: token must not be empty
                    aws: {region: mars}                   | keys.fields.kms.aws: region must be one of AWS
                    aws: {deletionDays: 3}                | keys.fields.kms.aws: deletionDays must be 7 to 30
                    aws: {prefix: Acme}                   | keys.fields.kms.aws: prefix must match
                    aws: {timeout: 1h}                    | keys.fields.kms.aws: timeout must be 100ms to 1m
                    aws: {endpoint: 'http://kms.example'} | keys.fields.kms.aws: endpoint is for an emulator
                    aws: {endpoint: ':'}                  | keys.fields.kms.aws:
                    """)
    void refusesAKmsThatCannotBe(String setting, String finding) {
        assertThatThrownBy(() -> reader.read(file("keys: {fields: {kms: {" + setting + "}}}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(finding);
    }

    @Test
    void refusesEnvelopeLimitsThatCannotBe() {
        for (String limit : List.of("maxAge: 1m", "maxUses: 10")) {
            assertThatThrownBy(() -> reader.read(file("keys: {envelope: {" + limit + "}}")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("keys.envelope: " + limit.substring(0, limit.indexOf(':')) + " must be");
        }
    }

    @Test
    void refusesAFileThatIsNamedAndMissing() {
        assertThatThrownBy(() -> reader.readOrDefault(folder.resolve("none.yaml"), folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml")
                .hasMessageContaining("no such file");
    }

    @Test
    void laysSettingsOverTheDefaultsAndResolvesPathsAgainstTheFile() throws IOException {
        SluiceConfig config = reader.read(file("""
                tenant: acme
                kafka: {bootstrap: "broker.example:9093", trust: pki/ca.pem, generation: 2}
                gateway: {port: 443, maxBody: 512KiB, publishTimeout: 2500ms, host: 0.0.0.0}
                protect: {parallelism: 8, checkpointInterval: 10s}
                demo: {settleTimeout: PT5M}
                """));

        assertThat(config.tenant()).isEqualTo("acme");
        assertThat(config.kafka()).isEqualTo(new KafkaSection("broker.example:9093", folder.resolve("pki/ca.pem"), 2));
        assertThat(config.gateway().port()).isEqualTo(443);
        assertThat(config.gateway().maxBody()).isEqualTo(new Size(512 << 10));
        assertThat(config.gateway().publishTimeout()).isEqualTo(Duration.ofMillis(2500));
        assertThat(config.gateway().managementPort()).isEqualTo(9444);
        assertThat(config.protect().parallelism()).isEqualTo(8);
        assertThat(config.demo().settleTimeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void plansProductionUnlessTheFileSaysOtherwise() throws IOException {
        SluiceConfig usual = reader.read(file("tenant: acme\nkafka: {generation: 2}"));
        SluiceConfig small =
                reader.read(file("cluster: {replicationFactor: 1, minInsyncReplicas: 1, auditPartitions: 2}"));

        assertThat(usual.layout().sizing()).isEqualTo(ClusterSizing.PRODUCTION);
        assertThat(usual.layout().topics()).isEqualTo(new Topics("acme", 2));
        assertThat(small.layout().ingress().settings()).containsEntry("min.insync.replicas", "1");
        assertThat(small.layout().ingress().replicationFactor()).isEqualTo((short) 1);
        assertThat(small.layout().sizing().auditPartitions()).isEqualTo(2);
    }

    @Test
    void theEngineIsAskedWithTheRoomsOwnCertificate() throws IOException {
        PolicySection policy = reader.read(file("""
                policy:
                  engine: opa-rest
                  opaRest: {servers: ["https://a:8181", "https://b:8181"], trust: ca.pem, timeout: 500ms, maxAnswer: 2MiB}
                """)).policy();

        assertThat(policy.engine(Path.of("/pki/gateway.pem")))
                .isEqualTo(new OpaRestConfig(
                        List.of("https://a:8181", "https://b:8181"),
                        folder.resolve("ca.pem").toString(),
                        "/pki/gateway.pem",
                        Duration.ofMillis(500),
                        2 << 20));
        assertThat(reader.read(file("tenant: acme")).policy().engine(Path.of("/x")))
                .isEqualTo(EngineConfig.WASM);
    }

    @Test
    void theEffectiveValuesReadBackAsTheyWere() throws IOException {
        SluiceConfig written = reader.read(
                file("tenant: acme\ngateway: {maxBody: 300KiB, connections: {proxies: ['2001:db8::/32', 10.0.0.1]}}"
                        + "\nprotect: {checkpointInterval: 90s}"));

        SluiceConfig read = reader.read(file(EffectiveConfig.yaml(EffectiveConfig.tree(written))));

        assertThat(read).isEqualTo(written);
    }

    @Test
    void theDuplicateWindowIsADayOrAsLongAsSealedEventsStay() throws IOException {
        environment.put("RETENTION", "12h");

        assertThat(reader.read(file("tenant: acme")).protect().duplicateWindow())
                .isEqualTo(Duration.ofHours(24));
        assertThat(reader.read(file("cluster: {ingressRetention: 30d}"))
                        .protect()
                        .duplicateWindow())
                .isEqualTo(Duration.ofHours(24));
        assertThat(reader.read(file("cluster: {ingressRetention: \"${RETENTION}\"}\nprotect: {parallelism: 3}"))
                        .protect()
                        .duplicateWindow())
                .isEqualTo(Duration.ofHours(12));
    }

    @Test
    void expandsTheEnvironment() throws IOException {
        environment.put("BROKERS", "k1:9093,k2:9093");

        SluiceConfig config =
                reader.read(file("kafka: {bootstrap: \"${BROKERS}\"}\ngateway: {port: \"${PORT:-9443}\"}"));

        assertThat(config.kafka().bootstrap()).isEqualTo("k1:9093,k2:9093");
        assertThat(config.gateway().port()).isEqualTo(9443);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gateway: {prot: 1}                     | gateway.prot: unknown setting; did you mean gateway.port?
            gatway: {port: 1}                      | gatway: unknown setting; did you mean gateway?
            demo: {xyzzy: 1}                       | demo.xyzzy: unknown setting; known here:
            gateway: {port: 70000}                 | gateway: port must be 0 to 65535
            gateway: {port: many}                  | gateway.port: must be a whole number
            gateway: {maxBody: 1048576}            | gateway.maxBody: must be a size with a unit
            gateway: {maxBody: 1GiB}               | gateway: maxBody must be 1KiB to 1MiB
            gateway: 7                             | gateway: must hold settings
            gateway: {batches: {maxLines: 1}}      | gateway.batches.maxLines: unknown setting
            gateway: {batches: {maxEvents: 0}}     | gateway.batches: maxEvents must be 1 to 1000000, is 0
            gateway: {batches: {maxBytes: 1KiB}}   | gateway.batches: maxBytes must be 64KiB to 16GiB
            gateway: {batches: {maxHeld: 512KiB}}  | gateway: batches.maxHeld must hold one event of maxBody, 1MiB, is 512KiB
            gateway: {batches: {maxBytes: 64KiB}}  | gateway: batches.maxBytes must hold one event of maxBody, 1MiB, is 64KiB
            gateway: {batches: {maxHeld: 33MiB}}   | gateway: maxInFlight must be at least 2 times batches.maxHeld, 66MiB, is 64MiB
            gateway: {decompression: {enabled: true}, maxInFlight: 31MiB} | maxInFlight must be at least 4 times batches.maxHeld where decompression.enabled, 32MiB
            gateway: {batches: {maxAnswer: 1MiB}}  | gateway.batches: maxAnswer must be 2MiB to 256MiB
            gateway: {batches: {duration: 10s}}    | gateway.batches: duration (not below stall) must be 15s to 1h, is 10s
            gateway: {batches: {stall: 0s}}        | gateway.batches: stall must be 1s to 5m
            gateway: {rememberedEvents: 10}        | gateway: rememberedEvents must be 1000 to 1000000, is 10
            protect: {duplicateWindow: 30s}        | protect: duplicateWindow must be 1m to 30d
            protect: {duplicateWindow: 8d}         | protect.duplicateWindow must not be longer than cluster.ingressRetention, 7d, is 8d
            {cluster: {ingressRetention: 12h}, protect: {duplicateWindow: 1d}} | protect.duplicateWindow must not be longer than cluster.ingressRetention, 12h, is 1d
            gateway: {connections: {proxies: 10.0.0.0/8}} | gateway.connections.proxies: must be a list
            gateway: {connections: {proxies: [10.0.0.7/8]}} | gateway.connections: proxies: "10.0.0.7/8": has bits set beyond /8; write 10.0.0.0/8
            gateway: {connections: {proxies: [0.0.0.0/0]}} | gateway.connections: proxies: "0.0.0.0/0": a prefix of this family is 1 to 32 bits long
            gateway: {connections: {proxies: [lb.example]}} | gateway.connections: proxies: "lb.example": is no IP address or block of them; write one like
            protect: {checkpointInterval: 5}       | protect.checkpointInterval: must be a duration with a unit
            protect: {parallelism: 0}              | protect: parallelism must be 1 to 720
            kafka: {bootstrap: "${NOBODY_SET}"}    | kafka.bootstrap: the environment has no NOBODY_SET
            kafka: {bootstrap: [a, b]}             | kafka.bootstrap: must be a single value
            protect: {transactionTimeout: 1s}      | protect: transactionTimeout must be 2s to 1h
            cluster: {replicationFactor: 1}        | cluster: minInsyncReplicas must be 1 to 1, is 2
            cluster: {ingressRetention: 31d}       | cluster: ingressRetention must be 1m to 30d
            deliver: {to: postgres}                | deliver: to must be files or postgresql
            deliver: {recipients: [Care]}          | deliver: recipients must be lower-case letters
            deliver: {postgresql: {servers: db}}   | deliver.postgresql: servers must be host:port
            deliver: {postgresql: {servers: "db:1", tls: false}} | deliver.postgresql: tls may be off only for servers on this
            deliver: {postgresql: {password: x}}   | did you mean deliver.postgresql.passwordFile?
            deliver: {postgresql: {patience: 6m}}  | deliver.postgresql: patience must be 0s to 5m
            keys: {folder: keys}                   | keys.folder: unknown setting; known here: custodian, envelope, fields, ingress, tree
            audit: {origin: "https://a.example"}   | audit: origin must be a name
            policy: {engine: cedar}                | policy: engine must be wasm or opa-rest
            policy: {engine: opa-rest}             | policy: servers must name 1 to 16 OPA servers
            policy: {engine: opa-rest, opaRest: {servers: ["http://opa.example"]}} | must begin with https
            policy: {opaRest: {server: x}}         | policy.opaRest.server: unknown setting; did you mean policy.opaRest.servers?
            tenant: "Not An Id"                    | tenant
            tenant: a: b                           | is not YAML
            [1, 2]                                 | must hold settings
            """)
    void refusesWhatItDoesNotUnderstand(String yaml, String message) throws IOException {
        Path file = file(yaml);

        assertThatThrownBy(() -> reader.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sluice.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void refusesDuplicateKeysAndNamesTheLineWithoutQuotingIt() throws IOException {
        Path file = file("tenant: acme\ntenant: hush-hush");

        assertThatThrownBy(() -> reader.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("hush");
    }

    @Test
    void namesEveryFindingAtOnce() throws IOException {
        Path file = file("gateway: {prot: 1}\naudit: {prot: 2}");

        assertThatThrownBy(() -> reader.read(file))
                .hasMessageContaining("gateway.prot")
                .hasMessageContaining("audit.prot");
    }

    private record WithSecret(Secret password) {}

    @Test
    void readsASecretFromAFileAndNeverShowsIt() throws IOException {
        Files.writeString(folder.resolve("password"), "correct horse\n");
        RecordBinder binder = new RecordBinder(folder, environment::get);

        WithSecret bound = binder.bind("", Map.of("passwordFile", "password"), new WithSecret(new Secret("")));

        assertThat(binder.findings()).isEmpty();
        assertThat(bound.password().reveal()).isEqualTo("correct horse");
        assertThat(EffectiveConfig.yaml(EffectiveConfig.tree(bound))).doesNotContain("horse");
        assertThat(bound.toString()).doesNotContain("horse");
    }

    @Test
    void refusesASecretThatIsSetTwice() {
        RecordBinder binder = new RecordBinder(folder, environment::get);

        binder.bind("", Map.of("password", "a", "passwordFile", "b"), new WithSecret(new Secret("")));

        assertThat(binder.findings()).isEqualTo(List.of("password: set either password or passwordFile"));
    }
}
