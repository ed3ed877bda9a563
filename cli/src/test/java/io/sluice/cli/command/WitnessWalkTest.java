package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.witness.Cosigning;
import io.sluice.audit.witness.CosigningConfig;
import io.sluice.certs.DevPki;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.WitnessRoom;
import io.sluice.core.encoding.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations.md tells an auditor to do with a witness, over HTTPS, from the key to the proof of one entry. */
class WitnessWalkTest {
    private static final String ORIGIN = "sluice.dev/audit/dev/0";

    @TempDir
    Path folder;

    @Test
    void fromTheKeyToTheProofOfOneEntry() throws Exception {
        DevPki.openOrCreate(folder.resolve("certs"), Clock.systemUTC());
        SigningKey logKey = SigningKey.generate(ORIGIN, new SecureRandom());

        Invocation keygen =
                sluice("witness", "keygen", "--name", "auditor.example/w1", "--out", path("w.key"), "--ml-dsa");
        assertThat(keygen.code()).as(keygen.err()).isZero();
        List<String> keys = keygen.out()
                .lines()
                .filter(line -> line.startsWith("Public key:"))
                .map(line -> line.replaceFirst("Public key: +", ""))
                .toList();
        assertThat(keys).hasSize(2);
        Files.write(folder.resolve("w1.vkey"), keys);

        Path settings = Files.writeString(folder.resolve("witness.yaml"), """
                certs: certs
                witness:
                  signingKey: w.key
                  logs: ["%s"]
                  port: 0
                  chain: certs/identities/audit.crt.pem
                  key: certs/identities/audit.key.pem
                """.formatted(logKey.verifier()));
        try (WitnessRoom witness = WitnessRoom.start(config(settings).witness());
                AuditLog log = AuditLog.open(new AuditLogConfig(folder.resolve("log"), logKey))) {
            String address = witness.addresses().get(0).replaceFirst("^witness +(.*)/add-checkpoint$", "$1");
            assertThat(address).startsWith("https://127.0.0.1:");
            assertThat(witness.addresses()).contains("key      " + keys.get(0), "key      " + keys.get(1));
            cosigned(log, logKey, records(0, 300), String.join(" ", keys) + " " + address);

            Invocation first = verify("--save", path("mine.checkpoint"));
            assertThat(first.code()).as(first.out() + first.err()).isZero();
            assertThat(first.out())
                    .contains("intact     holds", "witnessed  holds, 300 entries", "by auditor.example/w1 (");

            cosigned(log, logKey, records(300, 50), String.join(" ", keys) + " " + address);
        }
        Invocation second = verify("--since", path("mine.checkpoint"), "--max-age", "1h", "-o", "json");
        assertThat(second.code()).as(second.out() + second.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(second.out());
        assertThat(json.path("witnessed").asText()).isEqualTo("holds");
        assertThat(json.path("extends").asText()).isEqualTo("holds");
        assertThat(json.path("cosigned").asInt()).isEqualTo(350);
        assertThat(json.path("cosignatures")).hasSize(2);

        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder.resolve("log"), logKey))) {
            log.append(records(350, 7), log.nextOffset() + 7);
        }
        Invocation ahead = verify("--since", path("mine.checkpoint"), "--save", path("mine.checkpoint"), "-o", "json");
        assertThat(ahead.code()).as(ahead.out() + ahead.err()).isZero();
        JsonNode open = new ObjectMapper().readTree(ahead.out());
        assertThat(open.path("witnessed").asText()).isEqualTo("open");
        assertThat(open.path("cosigned").asInt()).isEqualTo(350);
        assertThat(open.path("uncovered").asInt()).isEqualTo(7);
        assertThat(folder.resolve("mine.checkpoint"))
                .hasSameBinaryContentAs(folder.resolve("log/checkpoint.witnessed"));

        Invocation proof =
                sluice("audit", "proof", "events.ingress/1/0/42", path("log"), "--out", path("42.tlog-proof"));
        assertThat(proof.code()).as(proof.err()).isZero();
        Invocation proven = sluice(
                "audit",
                "verify",
                "--proof",
                path("42.tlog-proof"),
                "--key",
                path("log/log.vkey"),
                "--witness",
                path("w1.vkey"));
        assertThat(proven.code()).as(proven.out() + proven.err()).isZero();
        assertThat(proven.out()).contains("entry      42 of " + ORIGIN, "included   holds", "witnessed  holds");

        Invocation packed = sluice(
                "audit",
                "pack",
                "--log",
                path("log"),
                "--id",
                "events.ingress/1/0/42",
                "--witness",
                path("w1.vkey"),
                "--out",
                path("evidence.zip"));
        assertThat(packed.code()).as(packed.err()).isZero();
        assertThat(packed.out()).contains("1 entry, under the cosigned checkpoint of 350");
        Invocation unpacked = sluice(
                "audit", "verify", path("evidence.zip"), "--key", path("log/log.vkey"), "--witness", path("w1.vkey"));
        assertThat(unpacked.code()).as(unpacked.out() + unpacked.err()).isZero();
        assertThat(unpacked.out())
                .contains(
                        "pack       1 entries of " + ORIGIN,
                        "intact     holds",
                        "policies   holds",
                        "witnessed  holds");
        assertThat(sluice("audit", "pack", "--log", path("log"), "--limit", "1", "--out", path("all.zip"))
                        .err())
                .contains("nothing was packed: 357 entries match");
        assertThat(folder.resolve("all.zip")).doesNotExist();
        assertThat(sluice("audit", "query", path("log"), "--all", "-o", "ocsf")
                        .out()
                        .lines())
                .hasSize(357)
                .allMatch(line -> line.contains("\"class_uid\":6003"));

        Invocation bare = sluice("audit", "proof", "42", path("log"), "--bare");
        Files.writeString(folder.resolve("bare.tlog-proof"), bare.out());
        Files.write(folder.resolve("entry.json"), records(43, 1).get(0));
        Invocation wrong = sluice(
                "audit",
                "verify",
                "--proof",
                path("bare.tlog-proof"),
                "--entry",
                path("entry.json"),
                "--key",
                path("log/log.vkey"));
        assertThat(wrong.code()).as(wrong.out()).isEqualTo(1);
        assertThat(wrong.out()).contains("included   fails", "witnessed  not asked", "these bytes are not entry 42");
    }

    @Test
    void aForkOfTheLogIsNotPassedAndNotKept() throws Exception {
        SigningKey logKey = SigningKey.generate(ORIGIN, new SecureRandom());
        write(logKey, "log", records(0, 10));
        Files.copy(folder.resolve("log/checkpoint"), folder.resolve("mine.checkpoint"));
        byte[] mine = Files.readAllBytes(folder.resolve("mine.checkpoint"));
        write(logKey, "fork", records(1, 20));

        Invocation verified = sluice(
                "audit", "verify", path("fork"), "--since", path("mine.checkpoint"), "--save", path("mine.checkpoint"));

        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.out()).contains("intact     holds", "extends    fails");
        assertThat(Files.readAllBytes(folder.resolve("mine.checkpoint"))).isEqualTo(mine);
    }

    @Test
    void aWitnessThatLacksSomethingSaysWhat() throws IOException {
        Path settings = Files.writeString(folder.resolve("witness.yaml"), "witness: {logs: []}");
        assertThatThrownBy(() -> WitnessRoom.start(config(settings).witness()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("witness.signingKey")
                .hasMessageContaining("sluice witness keygen")
                .hasMessageContaining("witness.chain");
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "witness: {logs: [\"x+1+y\"]}");
        assertThatThrownBy(() -> config(wrong)).hasMessageContaining("witness: logs: \"x+1+y\" is no log's public key");
        Path nobody =
                Files.writeString(folder.resolve("nobody.yaml"), "audit: {witnesses: {ask: [\"https://w.example\"]}}");
        assertThatThrownBy(() -> config(nobody))
                .hasMessageContaining("audit.witnesses: a witness reads: its public key");
    }

    /** The log as the audit room runs it, but for Kafka. */
    private void cosigned(AuditLog log, SigningKey logKey, List<byte[]> entries, String witness) throws Exception {
        log.append(entries, log.nextOffset() + entries.size());
        Path settings = Files.writeString(folder.resolve("audit.yaml"), """
                audit:
                  witnesses: {ask: ["%s"], trust: certs/root.crt.pem, timeout: 1m}
                """.formatted(witness));
        var witnesses = config(settings).audit().witnesses();
        CosigningConfig asked = new CosigningConfig(
                witnesses.addresses(), ClientIdentity.trusting(witnesses.trust()), witnesses.timeout());
        try (Cosigning cosigning = new Cosigning(
                asked, FileLogStore.source(folder.resolve("log")), logKey.verifier(), Clock.systemUTC())) {
            cosigning.offer(SignedNote.parse(log.signedCheckpoint()));
            cosigning.takeLast(witnesses.timeout()).ifPresent(log::cosigned);
        }
    }

    private Invocation verify(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "audit",
                "verify",
                path("log"),
                "--key",
                path("log/log.vkey"),
                "--witness",
                path("w1.vkey"),
                "--quorum",
                "1"));
        words.addAll(List.of(more));
        return sluice(words.toArray(String[]::new));
    }

    private void write(SigningKey key, String name, List<byte[]> entries) {
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder.resolve(name), key))) {
            log.append(entries, entries.size());
        }
    }

    private static List<byte[]> records(int from, int count) {
        List<byte[]> entries = new ArrayList<>();
        for (int offset = from; offset < from + count; offset++) {
            entries.add(CanonicalJson.bytes(Map.of(
                    "specversion",
                    "1.0",
                    "id",
                    "events.ingress/1/0/" + offset,
                    "type",
                    "io.sluice.audit.record",
                    "outcome",
                    Map.of("code", "decided"))));
        }
        return entries;
    }

    private static Invocation sluice(String... words) {
        return Invocation.of(words);
    }

    private static SluiceConfig config(Path file) {
        return new ConfigReader().read(file);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }
}
