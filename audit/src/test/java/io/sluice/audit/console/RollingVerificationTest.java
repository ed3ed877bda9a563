package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.access.SetClock;
import io.sluice.audit.api.ShippedPolicy;
import io.sluice.audit.api.TrailFixture;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this server says of the log itself: each verdict alone, how old it is, and that it proves nothing. */
class RollingVerificationTest {
    private final SetClock clock = new SetClock(ShippedPolicy.NOW);
    private final AtomicReference<LogSource> source = new AtomicReference<>(path -> java.util.Optional.empty());

    @TempDir
    private Path folder = Path.of("never");

    private LogSource whole = path -> java.util.Optional.empty();
    private RollingVerification rolling = new RollingVerification(whole, VerifierConfig.defaults(), clock);

    @BeforeEach
    void write() {
        TrailFixture trail = new TrailFixture(folder);
        whole = trail.indexConfig().source();
        source.set(whole);
        rolling = new RollingVerification(
                path -> Objects.requireNonNull(source.get()).read(path),
                VerifierConfig.defaults()
                        .withClock(clock)
                        .withKey(trail.indexConfig().key()),
                clock);
    }

    private String shown() {
        return new String(Html.part(VerdictList.whole(rolling)), StandardCharsets.UTF_8);
    }

    @Test
    void saysNothingBeforeTheFirst() {
        assertThat(shown()).contains("under way").doesNotContain("holds");
    }

    @Test
    void keepsTheVerdictsApartAndTellsTheirTime() {
        rolling.tick();

        assertThat(shown())
                .contains("intact <span class=\"badge good\">holds")
                .contains("complete <span class=\"badge good\">holds")
                .contains("witnessed <span class=\"badge plain\">not asked")
                .contains("of 63 entries", "2026-11-26 12:00:00", "2026-11-26 12:01:00");
    }

    @Test
    void findsWhatWasAlteredSinceWhenItIsTime() {
        rolling.tick();
        source.set(path -> path.startsWith("tile/entries/")
                ? whole.read(path).map(bytes -> {
                    byte[] altered = bytes.clone();
                    altered[40] ^= 1;
                    return altered;
                })
                : whole.read(path));
        rolling.tick();
        assertThat(shown()).contains("intact <span class=\"badge good\">holds");

        clock.pass(RollingVerification.EVERY);
        rolling.tick();
        assertThat(shown())
                .contains("intact <span class=\"badge bad\">fails")
                .contains("complete <span class=\"badge held\">open")
                .contains("tile/entries/");
    }

    @Test
    void aLogThatCannotBeReadIsNoGoodLog() {
        source.set(path -> {
            throw new LogException(LogException.Fault.IO, "the disk is gone");
        });
        rolling.tick();
        assertThat(shown()).contains("could not be read", "the disk is gone").doesNotContain("holds");
    }

    /** An operator is told: no verdict, the time of the last one that had some, and that this one failed. */
    @Test
    void aLogThatCannotBeReadIsNotVerified() throws Exception {
        rolling.tick();
        assertThat(status().verified()).contains(clock.instant());
        assertThat(status().unverified()).isEmpty();
        Instant before = clock.instant();

        Path bundle = folder.resolve("log/tile/entries/000.p/" + TrailFixture.ENTRIES);
        byte[] kept = Files.readAllBytes(bundle);
        Files.delete(bundle);
        Files.createDirectory(bundle);
        clock.pass(RollingVerification.EVERY);
        rolling.tick();
        assertThat(status().verified()).contains(before);
        assertThat(status().unverified())
                .hasValueSatisfying(fault -> assertThat(fault).contains("tile/entries"));
        assertThat(status().intact()).isEmpty();

        Files.delete(bundle);
        Files.write(bundle, kept);
        clock.pass(RollingVerification.EVERY);
        rolling.tick();
        assertThat(status().verified()).contains(clock.instant());
        assertThat(status().unverified()).isEmpty();
    }

    private ConsoleStatus status() {
        return ConsoleStatus.of(0, rolling, Optional.empty(), Instant.MAX, Instant.MAX);
    }

    /** A long log is verified less often: a tenth of one processor. */
    @Test
    void aLongVerificationRestsNineTimesAsLong() {
        source.set(path -> {
            if (path.equals("checkpoint")) {
                clock.pass(Duration.ofMinutes(20));
            }
            return whole.read(path);
        });
        rolling.tick();
        RollingVerification.Outcome outcome = rolling.last().orElseThrow();
        assertThat(outcome.took()).isGreaterThanOrEqualTo(Duration.ofMinutes(20));
        assertThat(Duration.between(outcome.at(), rolling.next()))
                .isEqualTo(outcome.took().multipliedBy(9));
    }

    /** What a pruning deletes while its bundles are read is no alarm: it is looked at again at once. */
    @Test
    void aLogThatIsPrunedMeanwhileIsVerifiedAgain() {
        AtomicInteger asked = new AtomicInteger();
        source.set(path -> {
            if (path.equals("pruned")) { // before, within, after: another one; then none
                int time = asked.incrementAndGet();
                return time <= 3
                        ? Optional.of(("not yet whole " + time).getBytes(StandardCharsets.UTF_8))
                        : Optional.empty();
            }
            return whole.read(path);
        });
        rolling.tick();
        assertThat(shown()).contains("intact <span class=\"badge good\">holds");
        assertThat(asked).hasValue(5);
    }

    @Test
    void aFaultThatNobodyExpectedHasItsTimeToo() {
        AtomicInteger asked = new AtomicInteger();
        source.set(path -> {
            asked.incrementAndGet();
            throw new IllegalStateException("a defect");
        });
        rolling.tick();
        rolling.tick();
        assertThat(asked).hasValue(1);
        assertThat(shown()).contains("could not be read", "a defect").doesNotContain("holds");
    }

    @Test
    void aClosedOneEndsWithoutAnOutcome() {
        rolling.close();
        rolling.tick();
        assertThat(rolling.last()).isEmpty();
    }
}
