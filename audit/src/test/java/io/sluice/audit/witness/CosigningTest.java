package io.sluice.audit.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogStore;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.audit.verify.WitnessPolicy;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log, and witnesses over HTTP. */
class CosigningTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final SigningKey log = EntryFixture.newKey();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void theCheckpointBearsTheSignaturesOfItsWitnesses() throws Exception {
        Cosigner first = WitnessFixture.newKey("w1.example");
        Cosigner second = Cosigner.generate("w2.example", CosignatureType.ML_DSA_44, new SecureRandom());
        EntryFixture.write(logFolder(), log, EntryFixture.records(0, 0, 300));
        try (AuditLog writer = openLog();
                Cosigning cosigning = cosigning(witness(first), witness(second))) {
            cosign(writer, cosigning);
            writer.append(EntryFixture.records(0, 300, 50), 1_000);
            cosign(writer, cosigning);

            SignedNote published = SignedNote.parse(reader().signedCheckpoint());
            assertThat(published.cosignatures(List.of(first.verifier(), second.verifier())))
                    .hasSize(2);
            assertThat(Checkpoint.verified(reader().signedCheckpoint(), log.verifier())
                            .size())
                    .isEqualTo(350);
            assertThat(reader().witnessedCheckpoint()).contains(published.toBytes());
            assertThat(cosigning.status()).extracting(WitnessStatus::size).containsExactly(350L, 350L);
            assertThat(witnessed(2, first.verifier(), second.verifier())).isEqualTo(Verdict.HOLDS);
        }
        // the next process goes on from there
        try (AuditLog writer = openLog()) {
            writer.append(EntryFixture.records(0, 350, 1), 2_000);
            assertThat(witnessed(2, first.verifier(), second.verifier())).isEqualTo(Verdict.OPEN);
        }
    }

    @Test
    void aWitnessThatIsAwayOrRefusesHoldsNobodyUp() throws Exception {
        Cosigner good = WitnessFixture.newKey("good.example");
        Cosigner away = WitnessFixture.newKey("away.example");
        Cosigner silent = WitnessFixture.newKey("silent.example");
        Cosigner other = WitnessFixture.newKey("other.example");
        SigningKey strange = SigningKey.generate("strange.example", new SecureRandom());
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        ServerSocket deaf = keep(new ServerSocket(0)); // accepts, and never answers
        EntryFixture.write(logFolder(), log, EntryFixture.records(0, 0, 5));
        try (AuditLog writer = openLog();
                Cosigning cosigning = new Cosigning(
                        new CosigningConfig(
                                List.of(
                                        witness(good),
                                        at(away, "http://127.0.0.1:" + free),
                                        at(silent, "http://127.0.0.1:" + deaf.getLocalPort()),
                                        // one that does not know this log
                                        at(other, server(other, strange).address()),
                                        // one that signs with a key of its name that nobody knows
                                        at(
                                                WitnessFixture.newKey("liar.example"),
                                                server(WitnessFixture.newKey("liar.example"), log)
                                                        .address())),
                                null,
                                Duration.ofSeconds(2)),
                        FileLogStore.source(logFolder()),
                        log.verifier(),
                        Clock.systemUTC())) {
            cosigning.offer(SignedNote.parse(writer.signedCheckpoint()));
            writer.append(EntryFixture.records(0, 5, 5), 100); // waits for nobody
            cosigning.offer(SignedNote.parse(writer.signedCheckpoint()));

            await().atMost(LIMIT).until(() -> {
                cosigning.take().ifPresent(writer::cosigned);
                return witnessed(1, good.verifier()) == Verdict.HOLDS;
            });
            // each was asked in the same round; one that timed out is asked again
            await().atMost(LIMIT)
                    .until(() -> problem(cosigning, 3).contains("answers 404")
                            && problem(cosigning, 4).contains("without a valid signature"));
            assertThat(cosigning.status())
                    .filteredOn(one -> one.problem().isPresent())
                    .extracting(WitnessStatus::name)
                    .containsExactly("away.example", "silent.example", "other.example", "liar.example");
            assertThat(SignedNote.parse(reader().signedCheckpoint()).signatureCount())
                    .isEqualTo(2);
        }
    }

    private static String problem(Cosigning cosigning, int witness) {
        return cosigning.status().get(witness).problem().orElse("");
    }

    @Test
    void aLogThatWasSetBackIsToldByItsWitness() throws Exception {
        Cosigner key = WitnessFixture.newKey("w.example");
        WitnessAddress witness = witness(key);
        EntryFixture.write(logFolder(), log, EntryFixture.records(0, 0, 10));
        Path backup = folder.resolve("backup");
        copy(logFolder(), backup);
        try (AuditLog writer = openLog();
                Cosigning cosigning = cosigning(witness)) {
            writer.append(EntryFixture.records(0, 10, 10), 100);
            cosign(writer, cosigning);
        }
        try (AuditLog writer = AuditLog.open(new AuditLogConfig(backup, log));
                Cosigning cosigning = keep(new Cosigning(
                        config(witness), FileLogStore.source(backup), log.verifier(), Clock.systemUTC()))) {
            List<Checkpoint> seen = cosigning.seen();

            assertThat(seen).extracting(Checkpoint::size).containsExactly(20L);
            assertThatThrownBy(() -> writer.requireExtends(seen.get(0)))
                    .isInstanceOfSatisfying(
                            LogException.class, e -> assertThat(e.fault()).isEqualTo(LogException.Fault.ROLLED_BACK));
            // and one that goes on in spite of it gets no signature
            cosigning.offer(SignedNote.parse(writer.signedCheckpoint()));
            await().atMost(LIMIT)
                    .until(() -> cosigning.status().get(0).problem().isPresent());
            assertThat(cosigning.take()).isEmpty();
            assertThat(cosigning.status().get(0).problem().orElseThrow()).contains("20 entries");
        }
    }

    @Test
    void whatWitnessesSawIsWhereTheLogGoesOn() throws Exception {
        Cosigner key = WitnessFixture.newKey("w.example");
        EntryFixture.write(logFolder(), log, EntryFixture.records(0, 0, 10));
        SignedNote first;
        try (AuditLog writer = openLog()) {
            first = SignedNote.parse(writer.signedCheckpoint());
            writer.append(EntryFixture.records(0, 10, 5), 100);
            SignedNote late = WitnessFixture.cosigned(first, Clock.systemUTC().instant(), key);
            assertThat(writer.cosigned(late)).isFalse(); // an older one: published beside
            assertThat(reader().witnessedCheckpoint()).contains(late.toBytes());
            assertThat(reader().checkpoint(log.verifier()).size()).isEqualTo(15);

            SignedNote larger =
                    new Checkpoint(EntryFixture.ORIGIN, 99, writer.checkpoint().root()).signedBy(log);
            assertThatThrownBy(() -> writer.cosigned(larger)).isInstanceOf(IllegalArgumentException.class);
        }
        Path witnessed = logFolder().resolve("checkpoint.witnessed");
        SignedNote fork =
                new Checkpoint(EntryFixture.ORIGIN, 10, io.sluice.audit.merkle.Hash.of(new byte[32])).signedBy(log);
        Files.write(witnessed, fork.toBytes());
        assertThatThrownBy(this::openLog)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.fault()).isEqualTo(LogException.Fault.INCONSISTENT));
        Files.write(witnessed, new byte[3]);
        assertThatThrownBy(this::openLog).hasMessageContaining("checkpoint.witnessed");
        Files.delete(witnessed);
        openLog().close();
    }

    @Test
    void theWitnessServesItsProtocolAndNothingElse() throws Exception {
        Cosigner key = WitnessFixture.newKey("w.example");
        String address = server(key, log).address();
        SignedNote note =
                new Checkpoint(EntryFixture.ORIGIN, 0, io.sluice.audit.merkle.TreeHashes.emptyRoot()).signedBy(log);
        String monitor = "/" + Witness.address(EntryFixture.ORIGIN) + "/checkpoint";
        assertThat(get(address + monitor).statusCode()).isEqualTo(404);

        HttpResponse<String> cosigned = post(address, new AddCheckpoint(0, List.of(), note).toBytes());

        assertThat(cosigned.statusCode()).isEqualTo(200);
        assertThat(note.plus(cosigned.body()).cosignatures(List.of(key.verifier())))
                .hasSize(1);
        HttpResponse<String> other = post(address, new AddCheckpoint(0, List.of(), one()).toBytes());
        assertThat(other.statusCode()).isEqualTo(200);
        HttpResponse<String> behind = post(address, new AddCheckpoint(0, List.of(), one()).toBytes());
        assertThat(behind.statusCode()).isEqualTo(409);
        assertThat(behind.body()).isEqualTo("1\n");
        assertThat(behind.headers().firstValue("Content-Type")).contains("text/x.tlog.size");
        assertThat(post(address, new byte[] {1}).statusCode()).isEqualTo(400);
        assertThat(get(address + monitor).body()).startsWith(EntryFixture.ORIGIN + "\n1\n");
        assertThat(get(address + "/livez").statusCode()).isEqualTo(200);
        for (String path : List.of("/", "/add-checkpoint/", monitor + "/", "/.lock", "/%2e%2e/x")) {
            assertThat(get(address + path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(get(address + "/add-checkpoint").statusCode()).isEqualTo(405);
        try {
            assertThat(post(address, new byte[AddCheckpoint.MAX_BYTES * 4]).statusCode())
                    .isEqualTo(413);
        } catch (IOException e) { // closed while it was still sent
            assertThat(e).isNotInstanceOf(HttpTimeoutException.class);
        }
    }

    /** What came of {@link Peer#ask} where the witness answers so. */
    private String problem(Peer peer, SignedNote note) {
        assertThat(peer.ask(note, reader())).isEmpty();
        return peer.status().problem().orElseThrow();
    }

    @Test
    void aWitnessThatStallsInItsAnswerOrNeverEndsItHoldsNobodyUp() throws Exception {
        Cosigner key = WitnessFixture.newKey("w.example");
        for (boolean endless : List.of(false, true)) {
            ServerSocket socket = keep(new ServerSocket(0));
            CompletableFuture<Void> hungUp = CompletableFuture.runAsync(() -> answerBadly(socket, endless));
            CosigningConfig config = new CosigningConfig(
                    List.of(at(key, "http://127.0.0.1:" + socket.getLocalPort())),
                    null,
                    endless ? LIMIT : Duration.ofSeconds(1));
            Cosigning cosigning =
                    keep(new Cosigning(config, FileLogStore.source(logFolder()), log.verifier(), Clock.systemUTC()));

            assertThat(CompletableFuture.supplyAsync(cosigning::seen).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isEmpty();

            assertThat(problem(cosigning, 0))
                    .contains(endless ? "more than 65536 bytes" : ""); // the stalled one: by whichever limit
            hungUp.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Headers and a part of a body; then nothing, or no end; until the other side is gone. */
    private static void answerBadly(ServerSocket server, boolean endless) {
        try (Socket socket = server.accept()) {
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + (endless ? Long.MAX_VALUE : 100) + "\r\n\r\n";
            socket.getOutputStream().write((head + "a part").getBytes(StandardCharsets.US_ASCII));
            while (endless) {
                socket.getOutputStream().write(new byte[8_192]);
            }
            while (socket.getInputStream().read() >= 0) {
                // its request
            }
        } catch (IOException e) {
            // gone
        }
    }

    @Test
    void oneWrongNumberOrAWrongClockIsNotForEver() throws Exception {
        Cosigner key = WitnessFixture.newKey("w.example");
        EntryFixture.write(logFolder(), log, EntryFixture.records(0, 0, 5));
        SignedNote note = SignedNote.parse(reader().signedCheckpoint());
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        Deque<String> answers = new ConcurrentLinkedDeque<>(List.of(
                "999\n",
                key.line(note.text(), now.plusSeconds(61)),
                key.line(note.text(), now.minusSeconds(61)),
                key.line(note.text(), now.plusSeconds(60))));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        open.add(() -> server.stop(0));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = answers.removeFirst().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.length < 10 ? 409 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        Peer peer = new Peer(
                at(key, "http://127.0.0.1:" + server.getAddress().getPort()),
                config(),
                log.verifier(),
                Clock.fixed(now, ZoneOffset.UTC));

        assertThat(problem(peer, note)).contains("has cosigned 999 entries");
        assertThat(problem(peer, note)).contains("12:01:01");
        assertThat(problem(peer, note)).contains("11:58:59");
        assertThat(peer.ask(note, reader())).isPresent();
        assertThat(peer.status().problem()).isEmpty();
    }

    @Test
    void strangersTakeNoMoreThanTheirShareOfConnections() throws Exception {
        Witness witness = witnessOn(FileLogStore.open(folder.resolve("w")));
        WitnessServer server =
                keep(WitnessServer.start(new WitnessServerConfig("127.0.0.1", 0, null, Duration.ofHours(1)), witness));
        int port = URI.create(server.address()).getPort();
        for (int i = 0; i < WitnessServer.MAX_OF_NETWORK; i++) {
            keep(new Socket("127.0.0.1", port));
        }
        try (Socket oneTooMany = new Socket("127.0.0.1", port)) {
            oneTooMany.setSoTimeout((int) LIMIT.toMillis());
            assertThat(oneTooMany.getInputStream().read()).isEqualTo(-1);
        }
        for (int i = WitnessServer.MAX_OF_NETWORK; i < WitnessServer.MAX_CONNECTIONS; i++) { // others have theirs
            keep(from("127.0.1." + (1 + i / WitnessServer.MAX_OF_NETWORK), port));
        }
        try (Socket oneTooMany = from("127.0.2.1", port)) {
            oneTooMany.setSoTimeout((int) LIMIT.toMillis());
            assertThat(oneTooMany.getInputStream().read()).isEqualTo(-1);
        }
        open.get(open.size() - WitnessServer.MAX_CONNECTIONS).close(); // the first, of the address that asks
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> get(server.address() + "/livez").statusCode() == 200);
    }

    @Test
    void aRequestThatComesByteByByteIsHungUpOn() throws Exception {
        Witness witness = witnessOn(FileLogStore.open(folder.resolve("w")));
        WitnessServer server = keep(
                WitnessServer.start(new WitnessServerConfig("127.0.0.1", 0, null, Duration.ofSeconds(1)), witness));
        Socket slow = keep(new Socket("127.0.0.1", URI.create(server.address()).getPort()));
        slow.getOutputStream()
                .write("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 60000\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> closedBy(slow));
    }

    @Test
    void whatIsMoreThanTheWitnessCanJudgeIsRefused() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        LogStore disk = FileLogStore.open(folder.resolve("w"));
        LogStore slow = (LogStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {LogStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("replace")) {
                        written.await();
                    }
                    return method.invoke(disk, arguments);
                });
        WitnessServer server = keep(WitnessServer.start(
                new WitnessServerConfig("127.0.0.1", 0, null, Duration.ofMinutes(1)), witnessOn(slow)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/add-checkpoint"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new AddCheckpoint(0, List.of(), one()).toBytes()))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i <= WitnessRequests.MAX_REQUESTS; i++) {
            answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                    .thenApply(HttpResponse::statusCode));
        }
        try {
            assertThat(CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
                            .get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(503);
        } finally {
            written.countDown();
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<Integer> answer : answers) {
            statuses.add(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(statuses).containsOnlyOnce(200).containsOnlyOnce(503).contains(409);
    }

    @Test
    void whoAsksTooOftenIsToldToWait() throws Exception {
        Witness witness = witnessOn(FileLogStore.open(folder.resolve("w")));
        WitnessServer server = keep(
                WitnessServer.start(new WitnessServerConfig("127.0.0.1", 0, null, Duration.ofMinutes(1)), witness));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.address() + "/" + "0".repeat(64) + "/checkpoint"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 2 * WitnessRequests.REQUESTS_AT_ONCE; i++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            statuses.add(answer.statusCode());
            if (answer.statusCode() == 429) {
                assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
                assertThat(answer.body()).contains("10 times a second");
            }
        }
        assertThat(statuses).contains(404, 429);
        assertThat(get(server.address() + "/livez").statusCode()).isEqualTo(200);
    }

    private Witness witnessOn(LogStore store) {
        Cosigner key = WitnessFixture.newKey("w.example");
        return keep(Witness.open(WitnessFixture.config(folder.resolve("w"), key, log.verifier()), store));
    }

    private static Socket from(String address, int port) throws IOException {
        return new Socket("127.0.0.1", port, InetAddress.getByName(address), 0);
    }

    private static boolean closedBy(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void plainHttpStaysOnThisMachine() {
        Cosigner key = WitnessFixture.newKey("w.example");
        assertThatThrownBy(() -> at(key, "http://witness.example")).hasMessageContaining("https://");
        assertThatThrownBy(() -> at(key, "ftp://localhost")).hasMessageContaining("https://");
        assertThatThrownBy(() -> WitnessAddress.parse(log.verifier() + " https://w.example"))
                .hasMessageContaining("no witness's public key");
        assertThatThrownBy(() -> WitnessAddress.parse("https://w.example")).hasMessageContaining("its public key");
        assertThat(WitnessAddress.parse(key.verifier() + " https://w.example/audit"))
                .isEqualTo(at(key, "https://w.example/audit"));
        assertThatThrownBy(() -> new WitnessServerConfig("0.0.0.0", 0, null, Duration.ofSeconds(1)))
                .hasMessageContaining("loopback");
    }

    private SignedNote one() {
        return new Checkpoint(
                        EntryFixture.ORIGIN,
                        1,
                        io.sluice.audit.merkle.TreeHashes.leaf("x".getBytes(StandardCharsets.UTF_8)))
                .signedBy(log);
    }

    private void cosign(AuditLog writer, Cosigning cosigning) throws InterruptedException {
        cosigning.offer(SignedNote.parse(writer.signedCheckpoint()));
        cosigning.takeLast(LIMIT).ifPresent(writer::cosigned);
    }

    private Verdict witnessed(int quorum, CosignerKey... keys) {
        WitnessPolicy policy = new WitnessPolicy(Arrays.asList(keys), quorum, null);
        return LogVerifier.verify(logFolder(), VerifierConfig.defaults().withWitnesses(policy))
                .witnessed();
    }

    private Cosigning cosigning(WitnessAddress... witnesses) {
        return new Cosigning(config(witnesses), FileLogStore.source(logFolder()), log.verifier(), Clock.systemUTC());
    }

    private static CosigningConfig config(WitnessAddress... witnesses) {
        return new CosigningConfig(Arrays.asList(witnesses), null, LIMIT);
    }

    private WitnessAddress witness(Cosigner key) {
        return at(key, server(key, log).address());
    }

    private WitnessServer server(Cosigner key, SigningKey of) {
        Witness witness = keep(Witness.open(
                WitnessFixture.config(folder.resolve("witness-" + key.verifier().name()), key, of.verifier())));
        return keep(
                WitnessServer.start(new WitnessServerConfig("127.0.0.1", 0, null, Duration.ofSeconds(30)), witness));
    }

    private static WitnessAddress at(Cosigner key, String address) {
        return new WitnessAddress(List.of(key.verifier()), URI.create(address));
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    private AuditLog openLog() {
        return AuditLog.open(new AuditLogConfig(logFolder(), log));
    }

    private LogReader reader() {
        return new LogReader(FileLogStore.source(logFolder()));
    }

    private Path logFolder() {
        return folder.resolve("log");
    }

    private static HttpResponse<String> get(String address) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address)).GET());
    }

    private static HttpResponse<String> post(String address, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address + "/add-checkpoint"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
