package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.audit.access.EntrySink;
import io.sluice.audit.api.ApiLimits;
import io.sluice.audit.console.AuditConsole;
import io.sluice.audit.console.AuditConsoleConfig;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.SigningKey;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.event.SubjectRef;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.serving.tls.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The entries of a real run with acts and a duplicate added to them, in a log of its own under another key, beside the archive
 * that they cite; and its console over real HTTPS.
 */
final class AuditorsLog implements AutoCloseable {
    private static final String TENANT = "dev";

    private final Path folder;
    private final Path kept;
    private final SigningKey key;
    private final String subject;
    private final String position;
    private final String released;
    private final AuditConsole console;
    private final HttpClient alan;

    /** @param kept what the run left. @param folder where the log goes */
    AuditorsLog(Path kept, Path folder) throws IOException {
        this.kept = kept;
        this.folder = Files.createDirectories(folder);
        this.key = SigningKey.generate("sluice.dev/auditors", new SecureRandom());
        copyArchive();
        List<JsonNode> real = LogEntries.read(kept.resolve("audit"));
        JsonNode patient = real.stream()
                .filter(entry -> entry.path("dataset").asText().equals("fhir-patient"))
                .findFirst()
                .orElseThrow();
        this.subject = patient.path("subject").path("ref").asText();
        this.position = patient.path("id").asText().replace("events.ingress/", "");
        this.released = patient.path("time").asText();
        List<byte[]> entries = new ArrayList<>();
        real.forEach(entry -> entries.add(CanonicalJson.bytes(entry)));
        entries.add(duplicate(real, patient));
        acts().forEach(act -> entries.add(act.canonical()));
        try (AuditLog log = AuditLog.open(new AuditLogConfig(log(), key))) {
            log.append(entries, log.nextOffset() + entries.size());
        }
        PkiFiles pki = DevPki.openOrCreate(kept.resolve("certs"), Clock.systemUTC());
        this.console = open(pki);
        PemIdentity reader = pki.identity(DevIdentity.ALAN);
        this.alan = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(new ClientIdentity(reader.chain(), reader.key(), pki.trust()).tls())
                .build();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(console.finding()).isEmpty());
    }

    private void copyArchive() throws IOException {
        Path archive = kept.resolve("archive");
        try (Stream<Path> files = Files.walk(archive)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path to = folder.resolve("archive")
                        .resolve(archive.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    /** A copy of a record, at the next position of its partition. */
    private static byte[] duplicate(List<JsonNode> real, JsonNode of) {
        String partition = of.path("id").asText().replaceFirst("[0-9]+$", "");
        long next = real.stream()
                        .map(entry -> entry.path("id").asText())
                        .filter(id -> id.startsWith(partition))
                        .mapToLong(id -> Long.parseLong(id.substring(partition.length())))
                        .max()
                        .orElseThrow()
                + 1;
        ObjectNode copy = of.deepCopy();
        copy.put("id", partition + next);
        copy.remove(List.of("recipients", "input", "policy"));
        copy.putObject("outcome").put("code", "duplicate");
        return CanonicalJson.bytes(copy);
    }

    private List<AuditEntry> acts() {
        Instant at = Instant.parse(released).plusSeconds(60);
        return List.of(
                ActEntry.about(
                        ActEntry.Code.VALUE_REVEALED,
                        TENANT,
                        "reveal",
                        "nurse-app",
                        at,
                        "fhir-patient",
                        new SubjectRef(subject),
                        Map.of(
                                "input",
                                Map.of("releasedFor", "billing", "purpose", "treatment"),
                                "legal",
                                Map.of("purpose", "treatment", "hipaa", "45 CFR 164.506(c)", "accounting528", "tpo"))),
                act(
                        ActEntry.Code.EMERGENCY_OPENED,
                        "nurse-app",
                        at,
                        Map.of("emergency", Map.of("id", "e1", "reviewBy", "2026-12-01T00:00:00Z"))),
                act(ActEntry.Code.ADMISSION_REFUSED, "webshop", at, Map.of("code", "purpose-not-granted", "count", 3)),
                act(ActEntry.Code.AUDIT_READ, "alan", at, Map.of("state", "closed", "acts", Map.of("export", 2))),
                act(ActEntry.Code.AUDIT_REFUSED, "unknown", at, Map.of("code", "reader-unknown", "count", 5)),
                act(
                        ActEntry.Code.LEGAL_HOLD_SET,
                        "ada",
                        at,
                        Map.of("subject", subject, "hold", new LegalHold("claim 7", "ada", at, null).toJson())),
                act(ActEntry.Code.SUBJECT_ERASED, "custodian", at, Map.of("choice", "events.ingress/1/0/1")),
                act(ActEntry.Code.KEY_ROTATED, "ada", at, Map.of("store", "fields", "key", "encrypt.care")),
                act(ActEntry.Code.BUILDER_STARTED, "audit/0", at, Map.of("size", 0, "after", "start")),
                act(ActEntry.Code.HEARTBEAT, "audit/0", at, Map.of("from", 0, "to", 1)),
                act(ActEntry.Code.HEARTBEAT, "audit/0", at.plusSeconds(60), Map.of("from", 1, "to", 2)));
    }

    private static AuditEntry act(ActEntry.Code code, String actor, Instant at, Map<String, Object> detail) {
        return ActEntry.of(code, TENANT, "test", actor, at, detail);
    }

    private AuditConsole open(PkiFiles pki) throws IOException {
        ActivePolicy policy = policy();
        PemIdentity server = pki.identity(DevIdentity.AUDIT);
        EntrySink sink = new EntrySink() {
            @Override
            public CompletableFuture<?> send(AuditEntry entry) {
                return CompletableFuture.completedFuture(entry);
            }

            @Override
            public void close() {}
        };
        return AuditConsole.start(
                new AuditConsoleConfig(
                        TENANT,
                        "127.0.0.1",
                        0,
                        new TlsConfig(
                                server.chain(),
                                server.key(),
                                pki.trust(),
                                List.of(pki.crls()),
                                TlsConfig.DEFAULT_RELOAD),
                        new AuditIndexConfig(
                                folder.resolve("index").resolve("audit.sqlite"),
                                FileLogStore.source(log()),
                                key.verifier()),
                        folder.resolve("archive"),
                        List.of(),
                        null,
                        ApiLimits.DEFAULT),
                now -> Optional.of(policy),
                () -> List.of(policy.bundle()),
                sink,
                Clock.systemUTC());
    }

    /** The bundle that decided the records, which says who may read them. */
    private ActivePolicy policy() throws IOException {
        TrustRoot root = TrustRoot.of(Files.readAllBytes(kept.resolve("keys").resolve("trust-root.json")));
        try (Stream<Path> bundles = Files.list(kept.resolve("archive").resolve("bundles"))) {
            return DraftPolicy.of(new BundleVerifier(root)
                    .open(Files.readAllBytes(bundles.sorted().findFirst().orElseThrow())));
        }
    }

    Path log() {
        return folder.resolve("log");
    }

    /** What a placeholder of the table stands for here. */
    String fill(String text) {
        return text.replace("events.ingress/G/P/O", "events.ingress/" + position)
                .replace("G/P/O", position)
                .replace("REF", subject)
                .replace("MINE", log().resolve("checkpoint").toString())
                .replaceAll("(--recipient |recipient=)K\\b", "$1billing")
                .replaceAll("(--rule |rule=)R\\b", "$1no-protection")
                .replaceAll("(--from |--clock |from=|clock=)T\\b", "$1" + released);
    }

    /** What the console or the API answers to the auditor. */
    String get(String path) {
        try {
            HttpResponse<String> answer = alan.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + console.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(path, e);
        }
    }

    /** The page that the table names. */
    String page(String name) {
        String path =
                switch (name) {
                    case "Overview" -> "/console/";
                    case "Search" -> "/console/search";
                    case "Entry" -> "/console/entries/3";
                    case "Record" -> "/console/records/" + position;
                    case "Subject" -> "/console/subjects/" + subject;
                    case "Integrity" -> "/console/integrity";
                    case "Policy matrix" -> "/console/policy";
                    case "Policy differences" -> "/console/policy/diff";
                    case "Policy impact" -> "/console/policy/impact?from=" + released;
                    case "Reports" -> "/console/reports";
                    default -> {
                        assertThat(name).as("a page of the console").startsWith("Report ");
                        yield "/console/reports/" + name.substring("Report ".length());
                    }
                };
        return switch (name) {
            case "Report access", "Report accounting" -> path + "?subject=" + subject;
            case "Report fields" -> path + "?recipient=billing";
            case "Report dpia" -> path + "?from=" + released;
            default -> path;
        };
    }

    @Override
    public void close() {
        console.close();
    }
}
