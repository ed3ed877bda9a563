package io.sluice.custodian.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.NoticeOutcome;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.ErasureOrder;
import io.sluice.custodian.Punctured;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keytree.TreeId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published form, against a certificate that OpenSSL signed and Python wrote. */
class ErasureCertificateTest {
    private static final TreeId TREE = new TreeId("dev", 1);

    @TempDir
    Path folder;

    private CustodianKey key;
    private byte[] golden;

    @BeforeEach
    void read() throws IOException {
        Path secret = Files.createFile(
                folder.resolve("key.pem"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(secret, resource("erasure-custodian.key.pem"));
        Files.write(folder.resolve("pub.pem"), resource("erasure-custodian.pub.pem"));
        key = CustodianKey.read(secret, folder.resolve("pub.pem"));
        golden = resource("erasure-certificate-1.json");
    }

    @Test
    void isByteForByteTheGoldenOne() {
        ErasureCase erased = new ErasureCase(
                new SubjectRef("s1_abcdefghijklmnopqrstuvwxyz"),
                new SubjectErasure(
                        "events.ingress/1/0/42",
                        at("05:00:00"),
                        List.of(
                                new NoticeOutcome("care", List.of("r1_abcdefghijklmnopqrstuvwxyz"), null),
                                new NoticeOutcome("research", List.of(), NoticeOutcome.Untold.NOT_ADDRESSABLE)),
                        false),
                ErasureState.DESTROYED,
                at("05:05:08"),
                null,
                new ErasureOrder(new SubjectRef("s1_abcdefghijklmnopqrstuvwxyz"), new TreeMap<>(Map.of(1, 0))),
                List.of(new Punctured(TREE, 1, "a".repeat(64), 2, "b".repeat(64), at("05:00:02"), at("05:05:07"))),
                List.of(new Destroyed(
                        TREE,
                        2,
                        List.of(new DestroyReceipt("tree-1-1", "kms-key-1", at("05:05:08"))),
                        at("05:05:08"))));
        List<Map<String, Object>> periods = List.of(
                Map.of("day", "2026-11-25", "destroyedFrom", "2026-12-31"),
                Map.of("day", "2026-11-26", "destroyedFrom", "2027-01-01"));

        assertThat(ErasureCase.of(erased.toBytes(), "dev"))
                .as("it survives the ledger")
                .isEqualTo(erased);
        byte[] published = ErasureCertificate.sign(
                ErasureCertificate.of(erased, "dev", periods, Instant.parse("2027-01-01T00:00:00Z"), at("05:05:09")),
                key);

        assertThat(new String(published, UTF_8)).isEqualTo(new String(golden, UTF_8));
        JsonNode verified = ErasureCertificate.verify(golden, key.publicKey());
        assertThat(verified.at("/unreadable/oldKeyState").asText()).isEqualTo("2026-11-26T05:05:08.000000Z");
    }

    /** A certificate that was formatted anew is the same certificate: what is signed is its canonical form. */
    @Test
    void blanksAndTheOrderOfMembersDoNotMatter() {
        String spread = new String(golden, UTF_8).replace(",\"", ",\n  \"").replace("{\"", "{ \"");

        assertThat(ErasureCertificate.verify(spread.getBytes(UTF_8), key.publicKey()))
                .isEqualTo(ErasureCertificate.verify(golden, key.publicKey()));
    }

    @Test
    void anythingElseIsRefused() {
        String text = new String(golden, UTF_8);
        CustodianPublicKey stranger = CustodianKey.readOrCreate(
                        folder.resolve("other.pem"), folder.resolve("other.pub"))
                .publicKey();
        assertThatThrownBy(() -> ErasureCertificate.verify(golden, stranger))
                .hasMessageContaining("not signed by that");
        for (Map.Entry<String, String> altered : Map.of(
                        text.replace("s1_a", "s1_b"),
                        "altered",
                        text.replace("\"epoch\":1", "\"epoch\":2"),
                        "altered",
                        text.replace("\"issued\"", "\"more\":1,\"issued\""),
                        "altered",
                        text.replace("erasure-certificate\"", "other\""),
                        "certificate.type",
                        text.replace("{\"certificate\"", "{\"a\":1,\"certificate\""),
                        "no erasure certificate",
                        text.replace("\"signature\":\"", "\"signature\":\"!"),
                        "base64",
                        text.substring(1),
                        "no JSON",
                        "{}",
                        "certificate.type")
                .entrySet()) {
            assertThatThrownBy(() -> ErasureCertificate.verify(altered.getKey().getBytes(UTF_8), key.publicKey()))
                    .as(altered.getKey())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(altered.getValue());
        }
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-26T" + time + "Z");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ErasureCertificateTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }
}
