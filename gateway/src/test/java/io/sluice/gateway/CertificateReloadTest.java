package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.core.event.Headers;
import io.sluice.serving.tls.HandshakeFault;
import io.sluice.serving.tls.OwnCertificate;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsConfig;
import io.sluice.serving.tls.TlsEngine;
import io.sluice.serving.tls.TlsOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of TLS that change while the gateway runs. */
@Timeout(120)
class CertificateReloadTest {
    private static final PkiFiles PKI = TestGateway.pki();
    /** The first of the activations that forbid choices. */
    private static final int FORBIDDING = 10;
    /** A list without nextUpdate. */
    private static final String ENDLESS = """
            -----BEGIN X509 CRL-----
            MEswMgIBATAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdFbmRsZXNzFw0yNjAxMDEw
            MDAwMDBaMAoGCCqGSM49BAMCAwkAMAYCAQECAQE=
            -----END X509 CRL-----
            """;

    @TempDir
    Path folder;

    private Path chain = Path.of("");
    private Path key = Path.of("");
    private Path trust = Path.of("");
    private Path crls = Path.of("");
    private Path denied = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        trust = folder.resolve("trust.pem");
        crls = folder.resolve("crls.pem");
        denied = folder.resolve("denied.txt");
        serve(DevIdentity.GATEWAY);
        replace(trust, Files.readString(PKI.trust()));
        replace(crls, Files.readString(PKI.crls()));
        replace(denied, "# nobody\n");
    }

    @Test
    void takesTheTrustAwayFromAConnectionThatIsOpen() throws Exception {
        try (TestGateway running = new TestGateway(tls(TlsEngine.JDK))) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            assertThat(Http.send(webshop, order(running)).status()).isEqualTo(202);

            replace(trust, Files.readString(PKI.otherTrust()));

            Awaitility.await().ignoreExceptions().until(() -> {
                Http.Answer answer = Http.send(webshop, order(running));
                return answer.status() == 403 && answer.code().equals("certificate-invalid");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutsEverybodyOutWhenTheListsAreOutdated(TlsEngine engine) throws Exception {
        try (TestGateway running = new TestGateway(tls(engine))) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            assertThat(Http.send(webshop, order(running)).status()).isEqualTo(202);

            Instant ended = Instant.now().minus(Duration.ofMinutes(16)); // the JDK grants 15 for clocks that differ
            replace(crls, DevPki.revocations(PKI, ended, List.of()));

            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> Http.send(webshop, order(running)).code().equals("certificate-invalid"));
            assertThatThrownBy(() -> Http.send(TestGateway.client(DevIdentity.WEBSHOP), order(running)))
                    .isInstanceOf(IOException.class);
            Awaitility.await()
                    .until(() -> running.gateway.metrics().handshakesRefused(HandshakeFault.REVOCATION_UNKNOWN) > 0);
            assertThat(running.gateway.readiness().findings().get("certificates"))
                    .contains("the revocation list of CN=", crls + " has expired");

            replace(crls, Files.readString(PKI.crls()));

            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> Http.send(TestGateway.client(DevIdentity.WEBSHOP), order(running))
                                    .status()
                            == 202);
        }
    }

    /**
     * Two producers post, over connections that stay and over new ones, while the server's certificate, the revocation
     * lists, the deny list and the activation change again and again. What may pass passes, every time; who was
     * revoked never passes again once it was told so; and what an activation forbids passes under none from it on.
     */
    @ParameterizedTest
    @EnumSource
    void rotatesUnderLoad(TlsEngine engine) throws Exception {
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger passedWhenRevoked = new AtomicInteger();
        AtomicBoolean revoked = new AtomicBoolean();
        CountDownLatch shut = new CountDownLatch(1);
        AtomicBoolean forbidding = new AtomicBoolean();
        AtomicBoolean forbidden = new AtomicBoolean();
        AtomicInteger refusedChoices = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(4);
        try (TestGateway running = new TestGateway(tls(engine))) {
            HttpClient stays = TestGateway.client(DevIdentity.WEBSHOP);
            senders.execute(() -> until(over, wrong, () -> passes(stays, running, sent)));
            senders.execute(() ->
                    until(over, wrong, () -> passes(TestGateway.client(DevIdentity.WEBSHOP), running, sent)));
            HttpClient hospital = TestGateway.client(DevIdentity.ST_ELSEWHERE);
            senders.execute(() -> until(over, wrong, () -> {
                boolean passed = other(hospital, running);
                if (shut.getCount() == 0 && passed) {
                    passedWhenRevoked.incrementAndGet();
                } else if (!passed && revoked.get()) {
                    shut.countDown();
                } else if (!passed) {
                    wrong.add("the hospital was refused before it was revoked");
                }
            }));
            senders.execute(() -> until(over, wrong, () -> {
                boolean late = forbidden.get();
                Http.Answer answer = Http.send(stays, choice(running));
                if (answer.code().equals("choices-not-granted") && forbidding.get()) {
                    refusedChoices.incrementAndGet();
                } else if (answer.status() != 202 || late) {
                    wrong.add("a choice " + (late ? "after" : "before") + " it was forbidden: " + answer.status());
                }
            }));
            X509Certificate leaf = leaf(DevIdentity.ST_ELSEWHERE);
            for (int round = 0; round < 6; round++) {
                serve(round % 2 == 0 ? DevIdentity.AUDIT : DevIdentity.GATEWAY);
                awaitServed(running, round % 2 == 0 ? DevIdentity.AUDIT : DevIdentity.GATEWAY);
                forbidding.set(round >= FORBIDDING - 8);
                running.policy.inForce =
                        forbidding.get() ? TestPolicy.withoutChoices(8 + round) : TestPolicy.activation(8 + round, 0);
                forbidden.set(forbidding.get());
                replace(denied, "serial " + (round + 1) + "\n");
                int before = sent.get();
                Awaitility.await("requests under way meanwhile")
                        .until(() -> sent.get() > before + 5 || !wrong.isEmpty());
                if (round == 3) {
                    revoked.set(true);
                }
                replace(
                        crls,
                        DevPki.revocations(
                                PKI,
                                Instant.now().plus(Duration.ofDays(1)).plusSeconds(round),
                                round < 3 ? List.of() : List.of(leaf)));
                if (round == 3) {
                    assertThat(shut.await(20, TimeUnit.SECONDS))
                            .as("the revoked one is out")
                            .isTrue();
                }
            }
            over.set(true);
            senders.shutdown();
            assertThat(senders.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

            assertThat(wrong).isEmpty();
            assertThat(passedWhenRevoked).hasValue(0);
            assertThat(running.producer.history()).as("what was acknowledged").hasSizeGreaterThanOrEqualTo(sent.get());
            assertThat(refusedChoices.get()).as("choices that were refused").isPositive();
            assertThat(activationsOfChoices(running))
                    .as("under which choices were taken")
                    .isNotEmpty()
                    .allMatch(activation -> activation < FORBIDDING);
        } finally {
            over.set(true);
            senders.shutdownNow();
        }
    }

    @Test
    void keepsTheOldFilesWhereTheNewOnesCannotBeUsed() throws Exception {
        ServerTls tls = new ServerTls(tls(TlsEngine.JDK), Clock.systemUTC());

        Files.writeString(crls, "-----BEGIN X509 CRL-----\nbroken\n-----END X509 CRL-----\n");
        assertThat(tls.reload()).isFalse();
        replace(crls, Files.readString(PKI.crls()));
        Files.copy(PKI.identity(DevIdentity.AUDIT).key(), key, StandardCopyOption.REPLACE_EXISTING);
        assertThat(tls.reload()).as("the chain was not replaced yet").isFalse();
        assertThat(tls.finding()).as("each stood for one look").isEmpty();
        serve(DevIdentity.GATEWAY);
        Files.writeString(denied, "serial 5f\nnobody\n");
        assertThat(tls.reload()).isFalse();
        assertThat(tls.reload()).isFalse();
        assertThat(tls.finding().orElseThrow()).contains("the old ones stay in force", denied + ", line 2");

        replace(denied, "# nobody\n");
        assertThat(tls.reload()).as("they are the old ones again").isFalse();
        assertThat(tls.finding()).isEmpty();
        for (String broken : List.of("", "-----BEGIN X509 CRL-----\nbroken\n-----END X509 CRL-----\n")) {
            replace(crls, broken);
            assertThat(tls.reload()).isFalse();
            assertThat(tls.reload()).isFalse();
            assertThat(tls.finding().orElseThrow()).contains(crls + " is not a file of revocation lists");
        }
        replace(crls, Files.readString(PKI.crls()) + ENDLESS);
        assertThat(tls.reload()).isFalse();
        assertThat(tls.reload()).isFalse();
        assertThat(tls.finding().orElseThrow())
                .contains("the old ones stay in force", crls.toString(), "the list of CN=Endless has no nextUpdate");
    }

    /** What a session's age says: whoever came since the files were loaded was verified by them, and by no older ones. */
    @Test
    void takesTheTimeOfALoadOnceItIsInForce() throws Exception {
        List<X509TrustManager> trust = new ArrayList<>();
        List<Boolean> passed = new ArrayList<>();
        X509Certificate webshop = leaf(DevIdentity.WEBSHOP);
        X509Certificate[] chain = chain(PKI.identity(DevIdentity.WEBSHOP));
        InstantSource time = () -> {
            for (X509TrustManager manager : trust) {
                passed.add(passes(manager, chain));
            }
            return Instant.now();
        };
        ServerTls tls = new ServerTls(tls(TlsEngine.JDK), time.withZone(ZoneOffset.UTC));
        trust.add(trusts(tls));
        assertThat(passes(trust.get(0), chain)).isTrue();

        replace(crls, DevPki.revocations(PKI, Instant.now().plus(Duration.ofDays(1)), List.of(webshop)));
        assertThat(tls.reload()).isTrue();

        assertThat(passed).isNotEmpty().containsOnly(false);
    }

    /** A list that ended long ago must not have every request verify its whole chain again. */
    @Test
    void verifiesAgainOnceWhenAListStopsCountingAndNotAtEachRequest() throws Exception {
        Instant outdated = Instant.now().minus(Duration.ofHours(1));
        Instant next = Instant.now().plus(Duration.ofMinutes(1));
        replace(
                crls,
                Files.readString(PKI.crls())
                        + DevPki.revocations(PKI, outdated, List.of())
                        + DevPki.revocations(PKI, next, List.of()));
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        ServerTls tls = new ServerTls(tls(TlsEngine.OPENSSL), ((InstantSource) now::get).withZone(ZoneOffset.UTC));
        HttpConnection stranger = shows(chain(PKI.faulty(FaultyIdentity.SELF_SIGNED))); // whom a verification refuses
        long verified = tls.generation();

        assertThat(tls.requireTrusted(stranger, verified)).isNotNull();
        assertThatThrownBy(() -> tls.requireTrusted(stranger, 0)).isInstanceOf(CertificateException.class);

        now.set(next.plus(Duration.ofMinutes(16))); // the JDK grants 15
        assertThatThrownBy(() -> tls.requireTrusted(stranger, verified)).isInstanceOf(CertificateException.class);
        assertThat(tls.requireTrusted(stranger, tls.generation())).isNotNull();
    }

    @Test
    void verifiesAgainWhereACertificateAboveTheCallersHasEnded() throws Exception {
        ServerTls tls = new ServerTls(tls(TlsEngine.OPENSSL), Clock.systemUTC());
        X509Certificate ended = chain(PKI.faulty(FaultyIdentity.EXPIRED))[0];
        X509Certificate stranger = chain(PKI.faulty(FaultyIdentity.SELF_SIGNED))[0]; // whom a verification refuses
        X509Certificate[] webshop = chain(PKI.identity(DevIdentity.WEBSHOP));

        assertThatThrownBy(() -> tls.requireTrusted(shows(stranger, ended), tls.generation()))
                .isInstanceOf(CertificateException.class);
        assertThat(tls.requireTrusted(shows(webshop[0], webshop[1], ended), tls.generation()))
                .as("one that no path needs")
                .isNotNull();
    }

    /** People who append each new list to a file: whoever is covered by the new one gets in. */
    @Test
    void aListIsFollowedByTheNextOfItsIssuer() throws Exception {
        Instant outdated = Instant.now().minus(Duration.ofHours(1));
        for (boolean before : List.of(true, false)) {
            String old = DevPki.revocations(PKI, outdated, List.of());
            String next = Files.readString(PKI.crls());
            replace(crls, before ? old + next : next + old);
            ServerTls tls = new ServerTls(tls(TlsEngine.JDK), Clock.systemUTC());

            assertThat(tls.finding()).as("the old one before: " + before).isEmpty();
            assertThat(tls.revocationListsEnd()).isAfter(Instant.now());
            assertThat(passes(trusts(tls), chain(PKI.identity(DevIdentity.WEBSHOP))))
                    .isTrue();
        }
        replace(crls, DevPki.revocations(PKI, outdated, List.of()));
        assertThat(new ServerTls(tls(TlsEngine.JDK), Clock.systemUTC()).finding())
                .isPresent();
    }

    /** An HTTP connection whose peer showed a chain. */
    private static HttpConnection shows(X509Certificate... chain) {
        return (HttpConnection) Proxy.newProxyInstance(
                HttpConnection.class.getClassLoader(), new Class<?>[] {HttpConnection.class}, (self, method, given) -> {
                    assertThat(method.getName()).isEqualTo("peerCertificates");
                    return List.of(chain);
                });
    }

    @Test
    void warnsOnceADayOfWhatEndsSoon() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        ServerTls tls = new ServerTls(tls(TlsEngine.JDK), ((InstantSource) now::get).withZone(ZoneOffset.UTC));
        List<String> warned = new CopyOnWriteArrayList<>();
        Appender appender = new AbstractAppender("ends", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                String text = event.getMessage().getFormattedMessage();
                if (text.startsWith("Renew ")) {
                    warned.add(event.getLevel() + " " + text);
                }
            }
        };
        appender.start();
        LoggerContext context = LoggerContext.getContext(false);
        LoggerConfig root = context.getConfiguration().getRootLogger();
        root.addAppender(appender, Level.WARN, null);
        String logger = ServerTls.class.getPackageName();
        Configurator.setLevel(logger, Level.WARN);
        try {
            tls.reload();
            assertThat(warned).as("weeks before").isEmpty();

            now.set(tls.certificateEnds().minus(Duration.ofDays(6)).minusSeconds(1));
            tls.reload();
            assertThat(warned).containsExactly("WARN Renew the server's certificate: it ends soon");
            now.updateAndGet(at -> at.plus(Duration.ofHours(23)));
            tls.reload();
            tls.reload();
            assertThat(warned.subList(1, warned.size()))
                    .as("of the lists, which end a day later; of the certificate not again on the same day")
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("WARN Renew the revocation list of CN=")
                            && line.endsWith(" in " + crls + ": it ends soon"));
            now.updateAndGet(at -> at.plus(Duration.ofHours(2)));
            tls.reload();
            assertThat(warned.subList(3, warned.size()))
                    .as("a day later")
                    .containsExactly("WARN Renew the server's certificate: it ends soon");

            now.set(tls.revocationListsEnd());
            replace(crls, DevPki.revocations(PKI, now.get().plus(Duration.ofDays(30)), List.of()));
            tls.reload();
            assertThat(warned.subList(4, warned.size()))
                    .containsExactly("WARN Renew the server's certificate: it has ended");
            assertThat(tls.finding()).contains("the server's certificate has expired");

            warned.clear();
            for (int list = 0; list < 2; list++) { // made anew twice a day, too late
                replace(crls, DevPki.revocations(PKI, now.get().plus(Duration.ofHours(12)), List.of()));
                tls.reload();
                assertThat(warned).hasSize(2).allMatch(line -> line.endsWith(crls + ": it ends soon"));
                warned.clear();
                now.set(tls.revocationListsEnd());
                tls.reload();
                assertThat(warned)
                        .filteredOn(line -> line.contains("revocation list"))
                        .hasSize(2)
                        .allMatch(line -> line.endsWith(crls + ": it has ended"));
                warned.clear();
            }
        } finally {
            root.removeAppender("ends");
            context.getConfiguration().removeLogger(logger);
            context.updateLoggers();
        }
    }

    /** A client sends its chain without the root. */
    @Test
    void aDeniedAuthorityShutsOutEverybodyBelowAlsoOneThatIsNotSent() throws Exception {
        X509Certificate[] webshop = chain(PKI.identity(DevIdentity.WEBSHOP));
        X509Certificate root = read(PKI.trust())[0];
        assertThat(webshop).hasSize(2).doesNotContain(root);

        for (String line : List.of(
                "key sha256:" + sha256(root),
                "serial " + root.getSerialNumber().toString(16),
                "key sha256:" + sha256(webshop[1]))) {
            replace(denied, line + "\n");
            X509TrustManager trusts = trusts(new ServerTls(tls(TlsEngine.JDK), Clock.systemUTC()));
            assertThatThrownBy(() -> trusts.checkClientTrusted(webshop, "UNKNOWN"))
                    .as(line)
                    .satisfies(refused -> assertThat(HandshakeFault.of(refused)).isEqualTo(HandshakeFault.DENIED));
        }
        replace(trust, Files.readString(PKI.trust()) + pem(webshop[1]));
        for (X509Certificate authority : List.of(webshop[1], root)) {
            replace(denied, "key sha256:" + sha256(authority) + "\n");
            X509TrustManager trusts = trusts(new ServerTls(tls(TlsEngine.JDK), Clock.systemUTC()));
            assertThatThrownBy(() -> trusts.checkClientTrusted(new X509Certificate[] {webshop[0]}, "UNKNOWN"))
                    .as("the trusted intermediate is below " + authority.getSubjectX500Principal())
                    .satisfies(refused -> assertThat(HandshakeFault.of(refused)).isEqualTo(HandshakeFault.DENIED));
        }
        replace(trust, Files.readString(PKI.trust()) + Files.readString(PKI.otherTrust()));
        replace(denied, "key sha256:" + sha256(read(PKI.otherTrust())[0]) + "\n");
        assertThat(passes(trusts(new ServerTls(tls(TlsEngine.JDK), Clock.systemUTC())), webshop))
                .as("below another root")
                .isTrue();
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static String sha256(X509Certificate certificate) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(certificate.getPublicKey().getEncoded()));
    }

    private static X509TrustManager trusts(ServerTls tls) throws Exception {
        return (X509TrustManager) Objects.requireNonNull(tls.options().getTrustOptions())
                .getTrustManagerFactory(Vertx.vertx())
                .getTrustManagers()[0];
    }

    private static boolean passes(X509TrustManager trust, X509Certificate[] chain) {
        try {
            trust.checkClientTrusted(chain, "UNKNOWN");
            return true;
        } catch (CertificateException revoked) {
            return false;
        }
    }

    private interface Attempt {
        void run() throws IOException, InterruptedException;
    }

    private static void until(AtomicBoolean over, Queue<String> wrong, Attempt attempt) {
        while (!over.get()) {
            try {
                attempt.run();
            } catch (IOException e) {
                wrong.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void passes(HttpClient client, TestGateway running, AtomicInteger sent)
            throws IOException, InterruptedException {
        Http.Answer answer = Http.send(client, order(running));
        if (answer.status() != 202) {
            throw new IOException("status " + answer.status() + " " + answer.code());
        }
        sent.incrementAndGet();
    }

    /** Whether the hospital was let in. */
    private static boolean other(HttpClient client, TestGateway running) throws InterruptedException {
        HttpRequest request = running.event("/v1/datasets/other/events", "application/json", "{}".getBytes(UTF_8))
                .header("Sluice-Purpose", "fulfilment")
                .build();
        try {
            return Http.send(client, request).status() == 202;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Long> activationsOfChoices(TestGateway running) {
        return running.producer.history().stream()
                .filter(record -> record.headers().lastHeader(Headers.CE_DATASET) != null
                        && header(record, Headers.CE_DATASET).equals("choices"))
                .map(record -> Long.valueOf(header(record, Headers.CE_ACTIVATION)))
                .toList();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static HttpRequest choice(TestGateway running) {
        String consent = """
                {"controller":"shop-eu","scheme":"customer","subject":"cust:c-4711","kind":"consent",
                "purposes":["newsletter"],"textVersion":"v3"}""";
        return running.event("/v1/subjects/choices", "application/json", consent.getBytes(UTF_8))
                .build();
    }

    private static HttpRequest order(TestGateway running) {
        return running.event("/v1/datasets/orders/events", "application/json", TestGateway.ORDER.getBytes(UTF_8))
                .build();
    }

    private void serve(DevIdentity identity) throws IOException {
        PemIdentity files = PKI.identity(identity);
        replace(chain, Files.readString(files.chain())); // in two steps, as an operator would
        replace(key, Files.readString(files.key()));
    }

    private static void awaitServed(TestGateway running, DevIdentity identity) throws Exception {
        X509Certificate expected = leaf(identity);
        Awaitility.await().until(() -> {
            try (SSLSocket socket = (SSLSocket) Http.context(PKI, PKI.identity(DevIdentity.WEBSHOP))
                    .getSocketFactory()
                    .createSocket("localhost", running.gateway.dataPort())) {
                socket.startHandshake();
                return expected.equals(socket.getSession().getPeerCertificates()[0]);
            }
        });
    }

    private static X509Certificate leaf(DevIdentity identity) throws Exception {
        return chain(PKI.identity(identity))[0];
    }

    private static X509Certificate[] chain(PemIdentity identity) throws Exception {
        return read(identity.chain());
    }

    private static X509Certificate[] read(Path pem) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(pem)))
                .toArray(X509Certificate[]::new);
    }

    /** At once, as a tool that renews certificates does. */
    private static void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private TlsConfig tls(TlsEngine engine) {
        return new TlsConfig(
                new OwnCertificate.Pem(chain, key),
                trust,
                List.of(crls),
                new TlsOptions(false, engine, denied),
                Duration.ofMillis(50));
    }
}
