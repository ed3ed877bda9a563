package io.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.status.Reporter;
import io.sluice.policies.status.RoomStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who lags, who is silent and who only stopped is told apart. */
class StatusBoardTest {
    private static final Instant NOW = Officers.NOW;
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final List<StatusTopic.Told> told = new ArrayList<>();
    private Duration writtenAgo = Duration.ZERO;

    @Test
    void saysAtOnceWhoLags() {
        tells("gateway", "east", null, 6L, Duration.ofSeconds(3));
        tells("gateway", "west", null, 7L, Duration.ofSeconds(3));
        tells("protect", "main", 0, 7L, Duration.ofSeconds(9));

        StatusBoard board = board(7, Duration.ofMinutes(5));

        assertThat(board.text())
                .endsWith("\ngateway/east is at activation 6; the other 2 are at 7.")
                .contains("behind: activation 7 is refused (bundle-approvals, too few)");
        assertThat(board.lagging()).hasSize(1);
        assertThat(board(7, Duration.ofSeconds(29)).text()).endsWith("A switch is under way.");
        assertThat(board(7, Duration.ofSeconds(29)).lagging()).isEmpty();
        assertThat(board(6, Duration.ofMinutes(5)).text()).endsWith("All that run (3) have activation 6.");
    }

    @Test
    void whoNoLongerTellsIsSilentAndWhoStoppedIsNot() {
        tells("protect", "main", 0, 7L, Duration.ofSeconds(34));
        tells("protect", "main", 1, 7L, Duration.ofSeconds(36));
        tells("gateway", "east", null, null, Duration.ofSeconds(1));
        told.add(new StatusTopic.Told(
                status("gateway", "west", "b", null, NOW.minusSeconds(700), 6L, NOW.minusSeconds(600), true),
                NOW.minusSeconds(600)));
        told.add(new StatusTopic.Told(
                status("gateway", "old", "b", null, NOW.minusSeconds(9_000), 6L, NOW.minusSeconds(3_601), false),
                NOW.minusSeconds(3_601)));

        StatusBoard board = board(7, Duration.ofMinutes(5));

        assertThat(board.text())
                .endsWith("gateway/east has nothing in force; protect/main/1 has been silent for 36 s;"
                        + " the other one is at 7.")
                .contains("stopped")
                .doesNotContain("gateway/old");
        assertThat(board.lagging()).hasSize(2);
    }

    @Test
    void aLaterStartReplacesOneThatSaidNothingSinceButNotOneThatStillTells() {
        tells("gateway", "main", null, 6L, Duration.ofSeconds(600));
        told.add(new StatusTopic.Told(
                status("gateway", "main", "c", null, NOW.minusSeconds(300), 7L, NOW.minusSeconds(1), false), NOW));
        assertThat(board(7, Duration.ofMinutes(5)).rows()).hasSize(1);

        told.add(new StatusTopic.Told(
                status("gateway", "main", "d", null, NOW.minusSeconds(100), 6L, NOW.minusSeconds(1), false), NOW));
        assertThat(board(7, Duration.ofMinutes(5)).rows())
                .as("two processes of one name")
                .hasSize(2);
    }

    /** What the one who watches says; and that it stays where nobody does. */
    @Test
    void saysHowTheCanaryDoesOrThatNobodyWatchesIt() {
        tells("gateway", "east", null, 7L, Duration.ofSeconds(3));
        assertThat(board(canary(7)).text())
                .endsWith("\nNobody watches the canary: it stays until an officer ends it, or a protect job runs.");

        CanaryReport report = new CanaryReport(7, 6, 8, ReturnLimit.DEFAULT, 120, 3, 2_000, 1, false, null);
        watches(report, 7);
        StatusBoard board = board(canary(7));
        assertThat(board.text()).endsWith("have activation 7.\n" + report.text());
        assertThat(board.json()).containsEntry("canary", report.toJson());
        assertThat(board(canary(9)).text()).as("another canary is out").endsWith("a protect job runs.");
    }

    /** It was signed when the canary went out, so its own time says nothing of who is late. */
    @Test
    void aReturnHasBegunWhenItWasWritten() {
        tells("gateway", "east", null, 7L, Duration.ofSeconds(3));
        Activation back = canary(7).back().orElseThrow();
        writtenAgo = Duration.ofSeconds(29);
        assertThat(board(back).lagging()).isEmpty();
        writtenAgo = Duration.ofSeconds(31);
        assertThat(board(back).text()).as("no room took it").contains("gateway/east is at activation 7.");
        watches(new CanaryReport(7, 6, 8, ReturnLimit.DEFAULT, 200, 9, 2_000, 1, true, null), 8);
        StatusBoard board = board(back);
        assertThat(board.text())
                .contains("gateway/east is at activation 7; the other one is at 8.")
                .contains(
                        "The canary of activation 7 has returned: revision 8 decided 200 records, 9 (4.50%) of them failed;");
    }

    /** One whose canary returns by itself. */
    private static Activation canary(long number) {
        Canary canary = new Canary(new Candidate("cd".repeat(32), 8), 500, ReturnLimit.DEFAULT);
        return new Activation(
                number, "ab".repeat(32), 6, Officers.TENANT, NOW.minusSeconds(9_000), new Rollout(canary, null, false));
    }

    private void watches(CanaryReport report, long activation) {
        RoomStatus status =
                status("protect", "main", "w", 0, NOW.minusSeconds(3_000), activation, NOW.minusSeconds(2), false);
        told.add(new StatusTopic.Told(
                new RoomStatus(
                        status.reporter(), status.at(), false, status.inForce(), null, null, null, 0, null, report),
                status.at()));
    }

    private void tells(String room, String instance, @Nullable Integer task, @Nullable Long activation, Duration age) {
        Instant at = NOW.minus(age);
        told.add(new StatusTopic.Told(
                status(room, instance, "a", task, NOW.minusSeconds(3_000), activation, at, false), at));
    }

    private static RoomStatus status(
            String room,
            String instance,
            String boot,
            @Nullable Integer task,
            Instant started,
            @Nullable Long activation,
            Instant at,
            boolean stopped) {
        return new RoomStatus(
                new Reporter(room, instance, boot, task, started, Duration.ofSeconds(10)),
                at,
                stopped,
                activation == null
                        ? null
                        : new RoomStatus.Held(activation, activation, NOW.plusSeconds(86_400), started),
                activation != null && activation == 6
                        ? new RoomStatus.Next(7, "refused", "bundle-approvals", "too few")
                        : null,
                null,
                null,
                0,
                null,
                null);
    }

    private StatusBoard board(long activation, Duration since) {
        return board(new Activation(activation, "ab".repeat(32), activation, Officers.TENANT, NOW.minus(since)));
    }

    private StatusBoard board(Activation activation) {
        HistoryEntry inForce = new HistoryEntry(
                new SignedActivation(
                        activation, "ada", "signature", activation.back().isPresent() ? "signature" : null),
                null,
                List.of(),
                null,
                HistoryEntry.State.IN_FORCE);
        return new StatusBoard(new StatusTopic.Read(told, 0), inForce, NOW.minus(writtenAgo), NOW, GRACE);
    }
}
