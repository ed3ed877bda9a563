package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.api.LogDesk;
import io.sluice.audit.api.ShippedPolicy;
import io.sluice.audit.api.TrailFixture;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.LogException;
import io.sluice.audit.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flow of the last hour as it is counted: sixty records of a minute, each with three views that went out and one that did not. */
class LivePartTest {
    @Test
    void countsTheLastHourAndNoMore(@TempDir Path folder) {
        TrailFixture trail = new TrailFixture(folder);
        try (AuditIndex index = AuditIndex.open(trail.indexConfig(), Duration.ofSeconds(30))) {
            LogDesk desk = trail.desk(index);

            assertThat(shown(new LiveFigures(desk), trail, OptionalLong.of(1_234), ShippedPolicy.NOW.plusSeconds(90)))
                    .contains("<strong>60</strong> records decided in the last whole minute")
                    .contains("<strong>60</strong> in the hour", "views by minute, 240 at most")
                    .contains("released <strong>180</strong>", "withheld <strong>60</strong>")
                    .contains("quarantined <strong>0</strong>")
                    .contains("Signed size</dt><dd>63 entries", "the index is at the signed size")
                    .contains("received 31 s ago", "0 since")
                    .contains("<code>", "under way", "1,234 of audit.entries");
            assertThat(shown(
                            new LiveFigures(desk),
                            trail,
                            OptionalLong.empty(),
                            ShippedPolicy.NOW.plus(Duration.ofMinutes(59))))
                    .contains(
                            "<strong>0</strong> records decided in the last whole minute",
                            "<strong>60</strong> in the hour");
            assertThat(shown(
                            new LiveFigures(desk),
                            trail,
                            OptionalLong.empty(),
                            ShippedPolicy.NOW.plus(Duration.ofHours(2))))
                    .contains("Nothing was decided in the last hour", "received one hour ago")
                    .doesNotContain("<svg", "Not in the log yet");
        }
    }

    /** However many look at it: the index is asked once in five seconds. */
    @Test
    void figuresAreKeptForFiveSeconds(@TempDir Path folder) {
        TrailFixture trail = new TrailFixture(folder);
        try (AuditIndex index = AuditIndex.open(trail.indexConfig(), Duration.ofSeconds(30))) {
            LiveFigures figures = new LiveFigures(trail.desk(index));
            LiveFigures.Figures first = figures.of(ShippedPolicy.NOW);

            assertThat(figures.of(ShippedPolicy.NOW.plusMillis(4_999))).isSameAs(first);
            assertThat(figures.of(ShippedPolicy.NOW.plusSeconds(5))).isNotSameAs(first);
        }
    }

    /** What it held before it was dropped, it does not hold now: an operator would see no lag for hours. */
    @Test
    void anIndexThatIsBuiltAnewHoldsNothing(@TempDir Path folder) {
        TrailFixture trail = new TrailFixture(folder);
        AtomicBoolean readable = new AtomicBoolean(true);
        AuditIndexConfig whole = trail.indexConfig();
        AuditIndexConfig config = new AuditIndexConfig(
                whole.place(),
                path -> {
                    if (path.contains("entries") && !readable.get()) {
                        throw new LogException(LogException.Fault.IO, "the disk is gone");
                    }
                    return whole.source().read(path);
                },
                whole.key());
        try (AuditIndex index = AuditIndex.open(config, Duration.ofSeconds(30))) {
            LogDesk desk = trail.desk(index);
            assertThat(desk.indexed()).isEqualTo(TrailFixture.ENTRIES);
            readable.set(false);
            assertThatThrownBy(index::rebuild).hasMessageContaining("the disk is gone");
            assertThat(desk.indexed()).isZero();
            readable.set(true);
            desk.catchUp();
            assertThat(desk.indexed()).isEqualTo(TrailFixture.ENTRIES);
        }
    }

    /** A review is entered in the log of partition 0: in any other it would be overdue for ever. */
    @Test
    void aReviewFallsDueInTheLogOfPartitionZeroAlone(@TempDir Path folder) {
        TrailFixture trail = new TrailFixture(folder);
        try (AuditIndex index = AuditIndex.open(trail.indexConfig(), Duration.ofSeconds(30))) {
            assertThat(trail.desk(index).cadence()).isPresent();
            LogDesk other = new LogDesk(index, 1, new PolicyArchive(trail.archive()), System::nanoTime);
            other.catchUp();
            assertThat(other.cadence()).isEmpty();
        }
    }

    private static String shown(LiveFigures figures, TrailFixture trail, OptionalLong waiting, Instant now) {
        RollingVerification rolling =
                new RollingVerification(trail.indexConfig().source(), VerifierConfig.defaults(), Clock.systemUTC());
        return new String(
                Html.part(
                        LivePart.content(figures.of(now), rolling, Optional.of(ShippedPolicy.policy()), waiting, now)),
                StandardCharsets.UTF_8);
    }
}
