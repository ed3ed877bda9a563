package io.sluice.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryExplainerTest {
    private static final String PLAN = """
            {"fields":[
             {"pattern":"/a","transform":"keep","rule":"care-all"},
             {"pattern":"/b","transform":"generalise.zip3","rule":"zip"},
             {"pattern":"/c","transform":"drop","rule":"no-names"}]}""";
    private static final String RECORD = """
            {"type":"io.sluice.audit.record","id":"events.ingress/1/0/42","producer":"st-elsewhere",
             "dataset":"fhir-patient","purpose":"treatment","outcome":{"code":"decided"},
             "policy":{"activation":4,"revision":3},
             "recipients":[
              {"id":"care","disposition":"release","plan":"known","patterns":[[0,14]],"undeclared":0,
               "legal":{"purpose":"treatment","hipaa":"164.506(c)"}},
              {"id":"research","disposition":"release","plan":"known","patterns":[[1,5],[2,12]],"undeclared":2,
               "reasons":[{"rule":"safe-harbor","clause":"45 CFR 164.514(b)(2)"}]},
              {"id":"marketing","disposition":"withhold","reasons":[{"rule":"no-consent","clause":"GDPR Art. 7"}]},
              {"id":"payer","disposition":"quarantine","code":"view-too-large"}]}""";

    private final EntryExplainer explainer = new EntryExplainer(
            digest -> digest.equals("known") ? Optional.of(PLAN.getBytes(StandardCharsets.UTF_8)) : Optional.empty());

    @Test
    void saysWhatBecameOfARecord() throws Exception {
        assertThat(explain(RECORD))
                .isEqualTo("Producer st-elsewhere sent record events.ingress/1/0/42 of dataset fhir-patient for purpose"
                        + " treatment; recipient care got 14 fields: 14 kept, for treatment on the ground of HIPAA"
                        + " 164.506(c); recipient research got 5 fields: 5 generalised, 12 dropped by rule no-names, 2"
                        + " undeclared dropped (rule safe-harbor, 45 CFR 164.514(b)(2)); recipient marketing got nothing"
                        + " (rule no-consent, GDPR Art. 7); for recipient payer it was quarantined (view-too-large);"
                        + " decided under revision 3 (activation 4).");
    }

    @Test
    void saysWhereThePlanIsNotKept() throws Exception {
        assertThat(explain(RECORD.replace("\"known\"", "\"gone\"")))
                .contains("fields of 1 patterns of a plan that is not kept here");
    }

    @Test
    void repeatsNothingOfAnUnverifiedRecord() throws Exception {
        assertThat(explain("""
                {"type":"io.sluice.audit.record","id":"events.ingress/1/0/7",
                 "outcome":{"code":"quarantined","reason":"seal-invalid"}}"""))
                .isEqualTo("Record events.ingress/1/0/7 could not be verified, so nothing that it says of itself is"
                        + " repeated here; it was quarantined for all recipients (seal-invalid), and nothing was"
                        + " released.");
    }

    @Test
    void saysWhoReadTheLog() throws Exception {
        String act = """
                {"type":"io.sluice.audit.act","time":"T","actor":"%s","code":"%s","detail":{%s}}""";
        assertThat(explain(act.formatted(
                        "alan",
                        "audit-read",
                        "\"state\":\"opened\",\"from\":\"F\",\"rule\":\"audit\",\"clause\":\"C\"")))
                .isEqualTo("At F alan began to read the audit log (rule audit, C).");
        assertThat(explain(act.formatted(
                        "alan",
                        "audit-read",
                        "\"state\":\"closed\",\"from\":\"F\",\"to\":\"U\",\"acts\":{\"entry\":1,\"search\":3}")))
                .isEqualTo("From F to U alan read the audit log: entry once, search 3 times.");
        assertThat(explain(act.formatted(
                        "unknown", "audit-refused", "\"code\":\"reader-unknown\",\"count\":2,\"minute\":\"M\"")))
                .isEqualTo("unknown was refused to read the audit log 2 times in the minute of M (reader-unknown).");
    }

    @Test
    void saysWhoSawWhatThroughTheWayBack() throws Exception {
        String input = """
                "input":{"act":"reveal","purpose":"payment","releasedFor":"treatment","patterns":["/a/*","/b"]}""";
        String act = """
                {"type":"io.sluice.audit.act","time":"T","actor":"ada","dataset":"fhir-patient","code":"%s","detail":{%s}}""";
        assertThat(explain(act.formatted("value-revealed", input + ",\"rule\":\"r\",\"clause\":\"C\"")))
                .isEqualTo(
                        "At T ada had a value of dataset fhir-patient revealed for payment (rule r, C); it was of a view"
                                + " released for treatment, in the field /a/* or /b.");
        assertThat(explain(act.formatted(
                        "value-revealed", input + ",\"rule\":\"r\",\"clause\":\"C\",\"emergency\":\"e-1\"")))
                .endsWith(", under the emergency access e-1.");
        assertThat(explain(act.formatted("reveal-refused", input + ",\"answer\":\"AUTH_FAILED\"")))
                .isEqualTo("At T ada asked for a value of dataset fhir-patient for payment and did not get it"
                        + " (AUTH_FAILED).");
        assertThat(explain(act.formatted("reveal-refused", "\"answer\":\"REFUSED\",\"code\":\"rate-exceeded\"")))
                .isEqualTo("At T ada was refused by the reveal service (rate-exceeded).");
        String emergency = """
                "rule":"emergency","clause":"C","emergency":{"id":"e-1","caller":"grace","purpose":"rescue",
                 "reason":"no time","until":"U","reviewBy":"R","justified":true,"finding":"rightly","overdue":true}""";
        assertThat(explain(act.formatted("emergency-opened", emergency)))
                .isEqualTo(
                        "At T ada opened the emergency access e-1 for rescue until U (rule emergency, C), because: no"
                                + " time; its review is due by R.");
        assertThat(explain(act.formatted("emergency-reviewed", emergency)))
                .isEqualTo("At T ada reviewed the emergency access e-1 of grace: justified, rightly (late).");
        assertThat(explain(act.formatted("reviews-listed", "\"open\":3")))
                .isEqualTo("At T ada listed the reviews that are open, 3 of them.");
    }

    @Test
    void saysWhatChoicesAndActsAre() throws Exception {
        assertThat(explain("""
                {"type":"io.sluice.audit.choice","id":"events.ingress/1/0/8","subject":{"ref":"s1_x"},
                 "choice":{"kind":"consent","purposes":["newsletter"],"textVersion":"2"},
                 "outcome":{"code":"applied"}}"""))
                .isEqualTo("Subject s1_x made the choice consent for newsletter (text 2), entry events.ingress/1/0/8,"
                        + " with the outcome applied.");
        assertThat(explain("""
                {"type":"io.sluice.audit.choice","id":"events.ingress/1/0/9","subject":{"ref":"s1_x"},
                 "choice":{"kind":"objection","purposes":[]},"outcome":{"code":"applied"},
                 "notices":[{"id":"care","releasedIds":["r1_a"]},{"id":"research","code":"not-addressable"}]}"""))
                .isEqualTo(
                        "Subject s1_x made the choice objection, entry events.ingress/1/0/9, with the outcome applied."
                                + " Told of it: care. Not told: research (not-addressable).");
        assertThat(explain("""
                {"type":"io.sluice.audit.act","id":"0199","code":"heartbeat","writer":"audit/0",
                 "time":"2026-11-23T10:00:00.000000Z","detail":{"from":5,"to":47}}"""))
                .isEqualTo(
                        "The log builder audit/0 was alive at 2026-11-23T10:00:00.000000Z; it had appended 42 entries"
                                + " since its heartbeat before.");
        assertThat(explain("""
                {"type":"io.sluice.audit.act","id":"0199","code":"config-changed","actor":"ada",
                 "time":"2026-11-23T10:00:00.000000Z"}""")).isEqualTo("At 2026-11-23T10:00:00.000000Z ada did config-changed (entry 0199).");
    }

    @Test
    void saysWhatPeopleAndRoomsDid() throws Exception {
        Map<String, String> sentences = Map.ofEntries(
                entry("policy-activated", "", "ada put revision 3 (activation 7) in force."),
                entry(
                        "policy-activated",
                        """
                        ,"floor":true""",
                        "ada put revision 3 (activation 7) in force, as a floor under what was stamped before."),
                entry(
                        "policy-activated",
                        """
                        ,"canary":{"bundle":"01","revision":4,"shareBasisPoints":1250}""",
                        "ada began a canary of revision 4 for 12.50 % of the subjects; in force is revision 3"
                                + " (activation 7)."),
                entry(
                        "policy-activated",
                        """
                        ,"canaryEnded":4""",
                        "ada ended the canary of revision 4; in force is revision 3 (activation 7)."),
                entry(
                        "policy-activated",
                        """
                        ,"shadow":{"bundle":"01","revision":5},"shadowEnded":{"bundle":"02","revision":4}""",
                        "ada began a shadow of revision 5 in place of that of revision 4; in force is revision 3"
                                + " (activation 7)."),
                entry(
                        "policy-activated",
                        """
                        ,"shadowEnded":{"bundle":"02","revision":4}""",
                        "ada ended the shadow of revision 4; in force is revision 3 (activation 7)."),
                entry(
                        "canary-returned",
                        """
                        ,"decided":96,"failed":96,"others":400,"othersFailed":2,
                         "canary":{"bundle":"01","revision":4,"shareBasisPoints":1250}""",
                        "the canary of revision 4 returned by itself: it failed 96 of 96 records, the others 2 of 400."
                                + " In force is revision 3 (activation 7)."),
                entry(
                        "legal-hold-set",
                        """
                        ,"hold":{"reason":"case 7","by":"ada","since":"2026-01-01T00:00:00.000000Z",
                         "until":"2027-01-01T00:00:00.000000Z"}""",
                        "ada set a legal hold on the subject s1_x until 2027-01-01T00:00:00.000000Z, because: case 7."),
                entry(
                        "activity-reviewed",
                        """
                        ,"log":{"size":9},"reviewer":"grace","keySha256":"ab\"""",
                        "ada entered that the activity was reviewed, in the first 9 entries of this log; the statement is"
                                + " signed in the name of grace with the key ab."),
                entry("legal-hold-released", """
                        ,"why":"settled\"""", "ada released the legal hold on the subject s1_x, because: settled."),
                entry(
                        "erasure-punctured",
                        "",
                        "the erasure of the subject s1_x (choice subject.choices/1/0/9) cut the subject out of the key"
                                + " trees."),
                entry("period-keys-destroyed", """
                        ,"days":["2026-10-01","2026-10-02"]""", "ada destroyed the sealing keys of 2026-10-01, 2026-10-02."));
        for (Map.Entry<String, String> act : sentences.entrySet()) {
            assertThat(explain(act.getKey())).isEqualTo("At T " + act.getValue());
        }
    }

    /** An act about subject and revision, with these members more in its detail, and its sentence. */
    private static Map.Entry<String, String> entry(String code, String more, String sentence) {
        return Map.entry("""
                {"type":"io.sluice.audit.act","id":"0199","actor":"ada","time":"T","code":"%s",
                 "detail":{"subject":"s1_x","choice":"subject.choices/1/0/9","activation":7,"revision":3%s}}""".formatted(code, more), sentence);
    }

    @Test
    void saysWhatCameBackFromQuarantineAndWhoSentIt() throws Exception {
        assertThat(explain("""
                {"type":"io.sluice.audit.record","id":"events.ingress/1/0/42#1","producer":"shop","dataset":"orders",
                 "purpose":"order","requeue":{"first":"events.ingress/1/0/42","open":["research"],"sealed":1,"stamped":4},
                 "outcome":{"code":"decided"},"policy":{"revision":3,"activation":4},
                 "recipients":[{"id":"research","disposition":"quarantine","code":"topic-missing"}]}"""))
                .isEqualTo(
                        "Producer shop sent record events.ingress/1/0/42#1 of dataset orders for purpose order; it came"
                                + " back from quarantine for research, its first entry is events.ingress/1/0/42; for recipient"
                                + " research it was quarantined (topic-missing); decided under revision 3 (activation 4).");
        assertThat(explain("""
                {"type":"io.sluice.audit.record","id":"events.ingress/1/0/7#2",
                 "requeue":{"first":"events.ingress/1/0/7","open":["*"],"stamped":4},
                 "outcome":{"code":"quarantined","reason":"key-unavailable"}}"""))
                .contains(
                        "came back from quarantine for all recipients",
                        "quarantined again for those (key-unavailable)");
        assertThat(explain("""
                {"type":"io.sluice.audit.act","id":"0199","code":"quarantine-requeued","actor":"CN=officer,OU=room",
                 "time":"2026-11-23T10:00:00.000000Z",
                 "detail":{"count":12,"revision":3,"activation":4,"why":"topic made, ticket 4711"}}"""))
                .isEqualTo("At 2026-11-23T10:00:00.000000Z CN=officer,OU=room requeued 12 quarantined records under"
                        + " revision 3 (activation 4), because: topic made, ticket 4711.");
        assertThat(explain("""
                {"type":"io.sluice.audit.act","id":"events.requeue/0/9","code":"requeue-refused","writer":"protect/0",
                 "detail":{"reason":"duplicate","record":"events.ingress/1/0/42"}}"""))
                .isEqualTo("Record events.requeue/0/9 was not attempted (duplicate); it was quarantined by the attempt"
                        + " events.ingress/1/0/42.");
    }

    private String explain(String entry) throws Exception {
        return explainer.explain(new ObjectMapper().readTree(entry));
    }
}
