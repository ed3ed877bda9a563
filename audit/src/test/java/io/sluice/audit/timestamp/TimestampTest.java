package io.sluice.audit.timestamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time stamps of a real, if small, authority: asked for, kept, told, and refused. */
@NullUnmarked // what is null here fails the test
class TimestampTest {
    @TempDir
    Path folder;

    private final SigningKey key = EntryFixture.newKey();
    private TestAuthority authority;
    private TimestampTrust trust;
    private int acts;

    @BeforeEach
    void start() throws Exception {
        authority = new TestAuthority();
        trust = TimestampTrust.read(authority.rootPem(folder.resolve("root.pem")));
        write(log(), 3);
    }

    @AfterEach
    void stop() {
        authority.close();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private void write(Path to, int entries) {
        for (int i = 0; i < entries; i++) {
            EntryFixture.write(to, key, List.of(EntryFixture.act("0199-" + ++acts, "heartbeat")));
        }
    }

    private SignedNote note(Path log) throws Exception {
        return SignedNote.parse(Files.readAllBytes(log.resolve("checkpoint")));
    }

    private TimestampedCheckpoint stamped() throws Exception {
        return new Authority(authority.config(folder, Duration.ofMinutes(10))).stamp(note(log()));
    }

    private TimestampVerification verified() {
        LogSource source = FileLogStore.source(log());
        return TimestampVerification.of(
                source, key.verifier(), new LogReader(source).checkpoint(key.verifier()), trust);
    }

    private void keep(TimestampedCheckpoint stamped) throws Exception {
        Files.write(log().resolve("checkpoint.timestamped"), stamped.toBytes());
    }

    @Test
    void aStampSaysWhenTheCheckpointWasSeen() throws Exception {
        Instant before = Instant.now().minusSeconds(2);
        keep(stamped());
        write(log(), 2); // the log goes on

        TimestampVerification verified = verified();

        assertThat(verified.holds()).as(verified.fault()).isTrue();
        assertThat(verified.size()).isEqualTo(3);
        assertThat(verified.stamp().time()).isBetween(before, Instant.now().plusSeconds(2));
        assertThat(verified.line()).contains("holds, 3 entries at", "CN=Test Time Stamping");
        assertThat(LogVerifier.verify(log(), VerifierConfig.defaults()).intact())
                .as("the file belongs to the log")
                .isEqualTo(Verdict.HOLDS);
    }

    /** OpenSSL's own verifier takes the token over the checkpoint's text. */
    @Test
    void opensslVerifiesTheToken() throws Exception {
        TimestampedCheckpoint stamped = stamped();
        Path token = Files.write(folder.resolve("token.der"), stamped.token());
        Path text = Files.writeString(folder.resolve("text"), stamped.note().text(), StandardCharsets.UTF_8);
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "ts",
                        "-verify",
                        "-token_in",
                        "-in",
                        token.toString(),
                        "-data",
                        text.toString(),
                        "-CAfile",
                        folder.resolve("root.pem").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(said).contains("Verification: OK");
        assertThat(HexFormat.of().formatHex(TimestampedCheckpoint.digest(stamped.note())))
                .hasSize(64);
    }

    @Test
    void whatIsNotOverThisLogsCheckpointFails() throws Exception {
        assertThat(verified().fault()).contains("is missing");
        TimestampedCheckpoint good = stamped();

        write(folder.resolve("other"), 2);
        keep(new TimestampedCheckpoint(note(folder.resolve("other")), good.token()));
        assertThat(verified().holds()).isFalse();

        keep(new Authority(authority.config(folder, Duration.ofMinutes(10))).stamp(note(folder.resolve("other"))));
        assertThat(verified().fault()).as("a good stamp of a fork").contains("another tree");

        write(log(), 1);
        keep(new TimestampedCheckpoint(note(log()), good.token()));
        assertThat(verified().fault()).as("the stamp of an older checkpoint").contains("is not over this checkpoint");

        byte[] altered = good.token().clone();
        altered[altered.length - 5] ^= 1;
        keep(new TimestampedCheckpoint(good.note(), altered));
        assertThat(verified().holds()).isFalse();

        Files.writeString(log().resolve("checkpoint.timestamped"), "sluice-timestamped/v1\n???\n\nx");
        assertThat(verified().holds()).isFalse();
        assertThatThrownBy(() -> TimestampedCheckpoint.parse(new byte[70_000])).isInstanceOf(NoteException.class);
    }

    /** Whoever shows the verifier a fork, and this check the tiles that were stamped, proves nothing with them. */
    @Test
    void theTreeThatWasVerifiedIsTheOneThatCounts() throws Exception {
        keep(stamped());
        write(log(), 2);
        write(folder.resolve("fork"), 5);
        Checkpoint verified = new LogReader(FileLogStore.source(folder.resolve("fork"))).checkpoint(key.verifier());

        TimestampVerification of =
                TimestampVerification.of(FileLogStore.source(log()), key.verifier(), verified, trust);

        assertThat(of.fault()).contains("another tree");
    }

    @Test
    void anAuthorityThatIsNotTrustedOrOfAnotherPolicyStampsNothing() throws Exception {
        try (TestAuthority stranger = new TestAuthority()) {
            TimestampConfig config =
                    new TimestampConfig(stranger.address(), trust, null, Duration.ZERO, Duration.ofSeconds(10), null);
            assertThatThrownBy(() -> new Authority(config).stamp(note(log())))
                    .isInstanceOf(TimestampException.class)
                    .hasMessageContaining("no certificate that was given");
        }
        TimestampConfig other =
                new TimestampConfig(authority.address(), trust, "1.2.3.4", Duration.ZERO, Duration.ofSeconds(10), null);
        assertThatThrownBy(() -> new Authority(other).stamp(note(log()))).isInstanceOf(TimestampException.class);
    }

    @Test
    void anAuthorityThatStallsInItsAnswerIsGivenUp() {
        authority.stalls = true;
        TimestampConfig config =
                new TimestampConfig(authority.address(), trust, null, Duration.ZERO, Duration.ofMillis(300), null);
        assertThatThrownBy(() -> new Authority(config).stamp(note(log())))
                .isInstanceOf(TimestampException.class)
                .hasMessageContaining("does not answer within 300 ms");
    }

    /** On a thread of its own: an authority that is away holds nothing up, and what is stamped later is the newest. */
    @Test
    void theNewestCheckpointIsStampedOnceTheAuthorityIsBack() throws Exception {
        authority.away = true;
        try (Timestamping timestamping = new Timestamping(authority.config(folder, Duration.ofMillis(50)))) {
            timestamping.offer(note(log()));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> timestamping.problem().isPresent());
            write(log(), 1);
            timestamping.offer(note(log()));
            authority.away = false;
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                TimestampedCheckpoint taken = timestamping.take().orElseThrow(() -> new AssertionError("none yet"));
                assertThat(taken.checkpoint(key.verifier()).size()).isEqualTo(4);
            });
            assertThat(timestamping.problem()).isEmpty();
        }
        long asked = authority.asked.get();
        try (Timestamping nobody = new Timestamping(null)) {
            nobody.offer(note(log()));
            assertThat(nobody.take()).isEmpty();
        }
        assertThat(authority.asked.get()).isEqualTo(asked);
    }
}
