package io.sluice.policies.canary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which records count for and against a canary, and when it goes back. */
class CanaryTallyTest {
    private static final String ACTIVE = "ab".repeat(32);
    private static final String CANARY = "cd".repeat(32);
    private static final Set<ReasonCode> OF_THE_POLICY = EnumSet.of(
            ReasonCode.POLICY_UNAVAILABLE,
            ReasonCode.DECISION_INVALID,
            ReasonCode.DATASET_UNKNOWN,
            ReasonCode.TRANSFORM_FAILED,
            ReasonCode.UNDECLARED_FIELD,
            ReasonCode.MODIFIER_EXTENSION,
            ReasonCode.VIEW_TOO_LARGE,
            ReasonCode.ENTRY_TOO_LARGE,
            ReasonCode.TOPIC_MISSING);

    private final CanaryTally tally = new CanaryTally(activation(new ReturnLimit(1_000, 10)));

    private static Activation activation(@Nullable ReturnLimit limit) {
        Rollout rollout = new Rollout(new Canary(new Candidate(CANARY, 6), 500, limit), null, false);
        return new Activation(7, ACTIVE, 5, "dev", Instant.parse("2026-11-23T12:00:00Z"), rollout);
    }

    private static String policy(String bundle) {
        return "\"policy\":{\"activation\":7,\"bundle\":\"" + bundle + "\"}";
    }

    private static String decided(String bundle, String... recipients) {
        return entry(policy(bundle) + ",\"outcome\":{\"code\":\"decided\"},\"recipients\":["
                + String.join(",", recipients) + "]");
    }

    private static String faulty(String bundle, String reason) {
        return entry(policy(bundle) + ",\"outcome\":{\"code\":\"quarantined\",\"reason\":\"" + reason + "\"}");
    }

    private static String entry(String members) {
        return "{\"id\":\"events.ingress/1/0/5\",\"type\":\"io.sluice.audit.record\"," + members + "}";
    }

    private static String quarantined(String code) {
        return "{\"id\":\"care\",\"disposition\":\"quarantine\",\"code\":\"" + code + "\"}";
    }

    private void add(String entry) {
        tally.add(json(entry.getBytes(UTF_8)));
    }

    private static JsonNode json(byte[] text) {
        try {
            return StrictJson.read(text);
        } catch (MalformedJsonException e) {
            throw new AssertionError(e);
        }
    }

    private void assertCounts(long decided, long failed, long others, long othersFailed) {
        CanaryReport report = tally.report();
        assertThat(report.decided()).isEqualTo(decided);
        assertThat(report.failed()).isEqualTo(failed);
        assertThat(report.others()).isEqualTo(others);
        assertThat(report.othersFailed()).isEqualTo(othersFailed);
    }

    @Test
    void countsWhoseRevisionWasAskedAndWhatBecameOfIt() {
        String released = "{\"id\":\"research\",\"disposition\":\"release\"}";
        add(decided(CANARY, released));
        add(decided(CANARY, released, quarantined("undeclared-field")));
        add(decided(CANARY, quarantined("undeclared-field"), quarantined("view-too-large")));
        add(decided(CANARY, "{\"id\":\"care\",\"disposition\":\"withhold\"}"));
        add(faulty(CANARY, "decision-invalid"));
        add(decided(ACTIVE, released));
        add(faulty(ACTIVE, "entry-too-large"));
        assertCounts(5, 3, 2, 1);
    }

    @ParameterizedTest
    @EnumSource(ReasonCode.class)
    void aFaultCountsWhereThePolicyIsItsCause(ReasonCode reason) {
        long failed = OF_THE_POLICY.contains(reason) ? 1 : 0;
        add(faulty(CANARY, reason.code()));
        assertCounts(1, failed, 0, 0);
        add(decided(ACTIVE, quarantined(reason.code())));
        assertCounts(1, failed, 1, failed);
    }

    @Test
    void whatTheCanaryHasNoPartInDoesNotCount() {
        add(decided("ef".repeat(32), quarantined("undeclared-field"))); // a bundle that neither of them is
        add(decided(CANARY).replace("\"activation\":7", "\"activation\":6"));
        add(decided(CANARY).replace("\"activation\":7", "\"activation\":7,\"applied\":9")); // a floor
        add(decided(CANARY).replace("0/5", "0/5#1")); // sent again
        add(decided(CANARY).replace("audit.record", "audit.choice"));
        add(entry("\"outcome\":{\"code\":\"quarantined\",\"reason\":\"policy-unavailable\"}")); // nobody was asked
        add(entry("\"outcome\":{\"code\":\"duplicate\"}"));
        add("{\"code\":\"heartbeat\",\"type\":\"io.sluice.audit.act\"}");
        assertCounts(0, 0, 0, 0);
    }

    /** Limit: 10 % more than the rest, of 10 records and more. */
    @ParameterizedTest
    @CsvSource({
        "9, 9, 0, 0, false", // too few
        "10, 1, 0, 0, false", // as much as is allowed
        "10, 2, 0, 0, true",
        "10, 2, 10, 1, false", // the rest fails too
        "10, 3, 10, 1, true",
        "10, 10, 1, 1, false",
        "1000, 200, 1000, 99, true",
        "1000, 200, 1000, 101, false"
    })
    void goesBackAboveTheLimit(int decided, int failed, int others, int othersFailed, boolean reached) {
        for (int i = 0; i < decided; i++) {
            add(i < failed ? faulty(CANARY, "decision-invalid") : decided(CANARY));
        }
        for (int i = 0; i < others; i++) {
            add(i < othersFailed ? faulty(ACTIVE, "decision-invalid") : decided(ACTIVE));
        }
        assertThat(tally.isReached()).isEqualTo(reached);
    }

    @Test
    void aCanaryThatOnlyAnOfficerEndsIsNotCounted() {
        assertThatThrownBy(() -> new CanaryTally(activation(null))).hasMessageContaining("does not return by itself");
    }

    @Test
    void aReportIsReadAsItIsWrittenAndTold() {
        add(faulty(CANARY, "decision-invalid"));
        add(decided(CANARY));
        add(decided(ACTIVE));
        CanaryReport report = tally.report();
        assertThat(report.text())
                .isEqualTo(
                        "The canary: revision 6 decided 2 records, 1 (50.00%) of them failed; revision 5 1, 0 (0.00%) of"
                                + " them failed. It returns by itself above 10.00% more than the rest, after 10 records.");
        for (CanaryReport one : new CanaryReport[] {report, report.asReturned(), report.withFault("no way")}) {
            assertThat(CanaryReport.of(json(CanonicalJson.bytes(one.toJson())))).isEqualTo(one);
        }
        assertThat(report.withFault("no way").text()).endsWith(" Nobody takes it back: no way.");
        assertThat(report.asReturned().text()).startsWith("The canary of activation 7 has returned: revision 6 ");
        assertThatThrownBy(() -> CanaryReport.of(json("{}".getBytes(UTF_8))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
