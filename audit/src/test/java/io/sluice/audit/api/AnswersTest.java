package io.sluice.audit.api;

import static io.sluice.audit.access.FakeSink.Mode.BROKEN;
import static io.sluice.audit.access.FakeSink.Mode.DURABLE;
import static io.sluice.audit.access.FakeSink.Mode.SLOW;
import static io.sluice.audit.access.FakeSink.Mode.WRITTEN_AND_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.audit.access.Admission;
import io.sluice.audit.access.FakeSink;
import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Readings;
import io.sluice.audit.access.SetClock;
import io.sluice.audit.access.Visitor;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.pack.PackVerification;
import io.sluice.audit.pack.PackVerifier;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.core.decision.AccessInput;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyEvaluationException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read, what is told of it, and what the API answers: without HTTP. */
@NullUnmarked // what is null here fails the test
class AnswersTest {
    static final Visitor ALAN = new Visitor(List.of("spiffe://sluice.dev/auditor/alan"), "a".repeat(64));
    private static final Visitor WEBSHOP = new Visitor(List.of("spiffe://sluice.dev/producer/webshop"), "b".repeat(64));
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private static Path folder;

    private static TrailFixture trail;
    private static AuditIndex index;
    private static LogDesk desk;

    private final FakeSink sink = new FakeSink();
    private final SetClock clock = new SetClock(ShippedPolicy.NOW);
    private final Readings readings =
            new Readings(ShippedPolicy.TENANT, sink, clock, Duration.ofMinutes(5), Duration.ofMillis(1));
    private final Answers answers = answers(ShippedPolicy.policy());

    @BeforeAll
    static void open() {
        trail = new TrailFixture(folder);
        index = AuditIndex.open(trail.indexConfig());
        desk = trail.desk(index);
    }

    @AfterAll
    static void close() {
        index.close();
    }

    private Answers answers(@Nullable ActivePolicy policy) {
        return new Answers(
                new ApiRoutes(desk, 100, List.of(), clock).routes(),
                new ReaderDesk(now -> Optional.ofNullable(policy)),
                readings,
                clock);
    }

    // --- who may read, and what is told of it

    @Test
    void aReadingIsToldBeforeAnythingIsShownAndAgainWhenItEnds() throws Exception {
        json(answers, "/api/v1/entries", "recipient=care&dataset=nobody-knows&code=decided");
        json(answers, "/api/v1/entries/3", null);
        json(answers, "/api/v1/entries/3", null);

        assertThat(sink.entries()).hasSize(1);
        JsonNode opened = sink.entries().get(0);
        assertThat(opened.path("code").asText()).isEqualTo("audit-read");
        assertThat(opened.path("actor").asText()).isEqualTo("alan");
        assertThat(opened.at("/detail/state").asText()).isEqualTo("opened");
        assertThat(opened.at("/detail/rule").asText()).isEqualTo("audit");
        assertThat(opened.at("/detail/policy/entrypoint").asText()).isEqualTo("sluice/access");
        assertThat(opened.at("/detail/input/reader").asText()).isEqualTo("alan");

        clock.pass(Duration.ofMinutes(6));
        readings.tick();

        JsonNode closed = sink.entries().get(1);
        assertThat(closed.at("/detail/reading")).isEqualTo(opened.at("/detail/reading"));
        assertThat(closed.at("/detail/acts").toString()).isEqualTo("{\"entry\":2,\"search\":1}");
        assertThat(closed.at("/detail/questions").toString())
                .contains("search dataset=other recipient=care code", "entry 3")
                .doesNotContain("nobody-knows");
        json(answers, "/api/v1/entries/4", null);
        assertThat(sink.entries()).hasSize(3);
    }

    /** What the API gives is what {@code audit pack} makes, in pieces of a page at most, and a reading like every other. */
    @Test
    void anEvidencePackVerifiesByItselfAndIsAReading(@TempDir Path folder) throws Exception {
        Reply.Stream reply = (Reply.Stream) answers.answer(ALAN, "/api/v1/exports/evidence.zip", "recipient=care");
        assertThat(reply.headers()).containsEntry("content-type", "application/zip");
        Path file = folder.resolve("evidence.zip");
        int pieces = 0;
        try (OutputStream zip = Files.newOutputStream(file)) {
            for (Optional<byte[]> piece = reply.pieces().next();
                    piece.isPresent();
                    piece = reply.pieces().next()) {
                zip.write(piece.get());
                pieces++;
            }
        }
        assertThat(pieces).isGreaterThan(3);
        PackVerification verified =
                PackVerifier.verify(file, VerifierConfig.defaults().withKey(desk.key()));
        assertThat(verified.passed()).as(verified.lines().toString()).isTrue();
        assertThat(verified.entries()).isEqualTo(TrailFixture.RECORDS);
        clock.pass(Duration.ofMinutes(6));
        readings.tick();
        assertThat(sink.entries().get(1).at("/detail/questions").toString()).contains("export pack recipient=care");
        assertThat(sink.entries().get(1).at("/detail/acts").toString()).isEqualTo("{\"export\":1}");
    }

    @Test
    void noPackIsBegunThatCouldNotBeWhole(@TempDir Path folder) {
        assertThat(refused(ALAN, "/api/v1/exports/evidence.zip", "dataset=none").code())
                .isEqualTo(ProblemCode.NOT_FOUND);
        assertThat(refusedOf(desk, 10, "recipient=care").code()).isEqualTo(ProblemCode.EXPORT_TOO_LARGE);
        LogDesk bare = new LogDesk(index, new PolicyArchive(folder.resolve("nothing")), System::nanoTime);
        bare.catchUp();
        assertThat(refusedOf(bare, 100, "recipient=care").code()).isEqualTo(ProblemCode.PACK_INCOMPLETE);
    }

    private RefusedException refusedOf(LogDesk of, long max, String query) {
        Answers other = new Answers(
                new ApiRoutes(of, max, List.of(), clock).routes(),
                new ReaderDesk(now -> Optional.of(ShippedPolicy.policy())),
                readings,
                clock);
        return catchThrowableOfType(
                RefusedException.class, () -> other.answer(ALAN, "/api/v1/exports/evidence.zip", query));
    }

    @Test
    void aReportIsAReadingAndWhatItCannotBeMadeOfIsNamed() throws Exception {
        JsonNode report = json(answers, "/api/v1/reports/conservation", "recipient=care&dataset=fhir-patient");
        assertThat(report.at("/recipients/0/released").asInt()).isEqualTo(TrailFixture.RECORDS);
        assertThat(report.at("/log/size").asInt()).isEqualTo(TrailFixture.ENTRIES);
        json(answers, "/api/v1/reports/access", "subject=" + TrailFixture.SUBJECT);
        assertThat(refused(ALAN, "/api/v1/reports/dpia", null).detail()).contains("needs the parameter from");
        clock.pass(Duration.ofMinutes(6));
        readings.tick();
        assertThat(sink.entries().get(1).at("/detail/questions").toString())
                .contains("\"answered\":1,\"asked\":\"report conservation dataset=fhir-patient recipient=care\"")
                .contains("report access subject=" + TrailFixture.SUBJECT)
                .as("what was refused was asked for and is no evidence")
                .contains("{\"answered\":0,\"asked\":\"report dpia\",\"count\":1}");
        assertThat(sink.entries().get(1).at("/detail/acts").toString()).isEqualTo("{\"search\":3}");

        assertThat(refused(ALAN, "/api/v1/reports/nothing", null).code()).isEqualTo(ProblemCode.NOT_FOUND);
        assertThat(refused(ALAN, "/api/v1/reports/access", null).detail()).contains("needs the parameter subject");
        assertThat(refused(ALAN, "/api/v1/reports/conservation", "clock=2026-01-01T00:00:00Z")
                        .detail())
                .contains("not clock");
        Answers small = new Answers(
                new ApiRoutes(desk, TrailFixture.ENTRIES - 1, List.of(), clock).routes(),
                new ReaderDesk(now -> Optional.of(ShippedPolicy.policy())),
                readings,
                clock);
        assertThat(catchThrowableOfType(
                                RefusedException.class, () -> small.answer(ALAN, "/api/v1/reports/conservation", null))
                        .code())
                .isEqualTo(ProblemCode.REPORT_TOO_LARGE);
    }

    /** Else the evidence of a log that has not grown for a year would be as fresh as it was then. */
    @Test
    void aReportOfHowThingsStandIsAsOfNow() throws Exception {
        clock.pass(Duration.ofDays(400));
        JsonNode now = json(answers, "/api/v1/reports/controls", null);
        assertThat(now.at("/asked/clock").asText()).isEqualTo(clock.instant().toString());
        assertThat(now.toString()).contains("\"stale\"").doesNotContain("\"fresh\"");
        JsonNode then = json(answers, "/api/v1/reports/controls", "until=" + ShippedPolicy.NOW.plusSeconds(90));
        assertThat(then.at("/asked/clock").isMissingNode())
                .as("it is as of the time that was asked for")
                .isTrue();
        assertThat(then.toString()).contains("\"fresh\"");
        assertThat(json(answers, "/api/v1/reports/access", "subject=" + TrailFixture.SUBJECT)
                        .at("/asked/clock")
                        .isMissingNode())
                .as("only who asks knows when a request came in")
                .isTrue();
    }

    @Test
    void aReadingWaitsForAnAnswerUnderWayAndAFormIsNoReport() throws Exception {
        Admission granted = answers.desk().ask(ALAN, AccessInput.Act.SEARCH, clock.instant());
        Readings.Asked slow = readings.read((Admission.Granted) granted, ALAN, "report dpia");
        clock.pass(Duration.ofMinutes(6));
        readings.tick();
        assertThat(sink.entries()).as("begun and not ended").hasSize(1);
        slow.answered();
        slow.close();
        readings.tick();
        assertThat(sink.entries().get(1).at("/detail/questions/0/answered").asInt())
                .isEqualTo(1);

        try (Readings.Asked endless = readings.read((Admission.Granted) granted, ALAN, "report dpia")) {
            clock.pass(Duration.ofMinutes(11));
            readings.tick();
            assertThat(sink.entries()).as("not for ever").hasSize(4);
            endless.answered();
        }
        assertThat(ReportQuestions.toldOfPage(new Question(Map.of("name", "dpia"), Map.of(), ALAN, null, Map.of())))
                .isEqualTo("report form dpia");
    }

    @Test
    void nothingIsShownWhereTheReadingCannotBeTold() {
        sink.is(BROKEN);

        assertThat(refused(ALAN, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.ENTRY_NOT_DURABLE);
        sink.is(DURABLE);
        assertThat(answers.answer(ALAN, "/api/v1/entries", null).status()).isEqualTo(200);
    }

    @Test
    void whatCouldNotBeToldAtItsEndIsToldLater() throws Exception {
        json(answers, "/api/v1/entries/1", null);
        clock.pass(Duration.ofMinutes(6));
        sink.is(BROKEN);
        readings.tick();
        sink.is(DURABLE);
        assertThat(sink.entries()).hasSize(1);

        readings.close();

        assertThat(sink.entries()).hasSize(2);
        assertThat(sink.entries().get(1).at("/detail/acts/entry").asInt()).isEqualTo(1);
    }

    /** What may have been written is never sent again under its id: the log could not be complete again. */
    @Test
    void whatFailedIsToldUnderAnotherId() throws Exception {
        sink.is(WRITTEN_AND_FAILED);
        assertThat(refused(ALAN, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.ENTRY_NOT_DURABLE);
        sink.is(DURABLE);
        json(answers, "/api/v1/entries/1", null);
        refused(Visitor.STRANGER, "/api/v1/entries", null);
        clock.pass(Duration.ofMinutes(6));
        sink.is(WRITTEN_AND_FAILED);
        readings.tick();
        readings.tick();
        sink.is(DURABLE);
        readings.tick();
        readings.tick();
        readings.close();

        assertThat(sink.entries())
                .extracting(entry -> entry.path("id").asText())
                .hasSizeGreaterThan(4)
                .doesNotHaveDuplicates();
        assertThat(sink.entries())
                .extracting(entry -> entry.at("/detail/state").asText())
                .contains("opened", "closed");
    }

    @Test
    void whatIsOnItsWayIsWaitedForAndNotSentAgain() throws Exception {
        sink.is(SLOW);
        for (int i = 0; i < 3; i++) {
            assertThat(refused(ALAN, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.ENTRY_NOT_DURABLE);
        }
        assertThat(sink.entries()).hasSize(1);
        sink.acknowledge();
        json(answers, "/api/v1/entries/1", null);
        assertThat(sink.entries()).hasSize(1);

        refused(Visitor.STRANGER, "/api/v1/entries", null);
        clock.pass(Duration.ofMinutes(6));
        for (int i = 0; i < 3; i++) {
            readings.tick();
        }
        readings.close();
        assertThat(sink.entries()).hasSize(3);
        sink.acknowledge();
        readings.tick();
        assertThat(sink.entries()).hasSize(3);
    }

    @Test
    void strangersAreRefusedAndCountedOnceAMinute() {
        for (int i = 0; i < 500; i++) {
            assertThat(refused(WEBSHOP, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.READER_UNKNOWN);
        }
        assertThat(refused(Visitor.STRANGER, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.NOT_SIGNED_IN);
        readings.tick();
        assertThat(sink.entries()).isEmpty();

        clock.pass(Duration.ofMinutes(1));
        readings.tick();

        assertThat(sink.entries())
                .extracting(entry -> entry.path("code").asText() + " "
                        + entry.path("actor").asText() + " "
                        + entry.at("/detail/code").asText() + " "
                        + entry.at("/detail/count").asLong())
                .containsExactly("audit-refused unknown reader-unknown 500", "audit-refused unknown not-signed-in 1");
        assertThat(sink.entries().toString()).doesNotContain("webshop");
    }

    @Test
    void manyStrangersFillNothing() {
        for (int i = 0; i < 1_000; i++) {
            refused(
                    new Visitor(List.of("spiffe://sluice.dev/producer/x" + i), "credential-" + i),
                    "/api/v1/entries",
                    null);
        }
        clock.pass(Duration.ofMinutes(1));
        readings.tick();

        assertThat(sink.entries()).hasSizeLessThanOrEqualTo(201);
        assertThat(sink.entries().stream()
                        .mapToLong(entry -> entry.at("/detail/count").asLong())
                        .sum())
                .isEqualTo(1_000);
    }

    /** While Kafka is away refusals are counted on; when it is back none is missing. */
    @Test
    void refusalsOfALongOutageFillNoMemoryAndAreNotLost() {
        sink.is(BROKEN);
        for (int i = 0; i < 3_000; i++) {
            refused(
                    new Visitor(List.of("spiffe://sluice.dev/producer/x"), "credential-" + i % 250),
                    "/api/v1/entries",
                    null);
            if (i % 150 == 149) {
                clock.pass(Duration.ofMinutes(1));
                readings.tick();
            }
        }
        assertThat(refused(ALAN, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.ENTRY_NOT_DURABLE);
        sink.is(DURABLE);
        readings.close();

        assertThat(sink.entries()).hasSizeLessThan(2_500);
        assertThat(sink.entries().stream()
                        .mapToLong(entry -> entry.at("/detail/count").asLong())
                        .sum())
                .isEqualTo(3_000);
    }

    @Test
    void withoutAPolicyNobodyReads() {
        RefusedException refused = refused(answers(null), ALAN, "/api/v1/entries", null);

        assertThat(refused.code()).isEqualTo(ProblemCode.POLICY_UNAVAILABLE);
    }

    @Test
    void aBundleFromBeforeTheEntrypointLetsNobodyReadAndSaysSo() {
        ActivePolicy old = ShippedPolicy.with(engine(() -> {
            throw new PolicyEvaluationException("The policy has no entrypoint sluice/access");
        }));

        RefusedException refused = refused(answers(old), ALAN, "/api/v1/entries", null);

        assertThat(refused.code()).isEqualTo(ProblemCode.POLICY_UNAVAILABLE);
        assertThat(refused.detail()).contains("sluice/access", "activate");
    }

    @Test
    void whatThePolicyDoesNotAnswerIsDenied() {
        RefusedException refused =
                refused(answers(ShippedPolicy.with(engine(Optional::empty))), ALAN, "/api/v1/entries", null);

        assertThat(refused.code()).isEqualTo(ProblemCode.DENIED);
        assertThat(refused.reason()).isEqualTo("denied");
    }

    @Test
    void aCertificateThatStandsForTwoReadersStandsForNobody() {
        Visitor both = new Visitor(
                List.of("spiffe://sluice.dev/auditor/alan", "spiffe://sluice.dev/officer/ada"), "c".repeat(64));

        assertThat(refused(both, "/api/v1/entries", null).code()).isEqualTo(ProblemCode.READER_UNKNOWN);
    }

    /** Whom a search names, it names as the subject's own page does. */
    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/entries", "/api/v1/exports/entries.csv", "/api/v1/exports/entries.ndjson"})
    void aSearchForASubjectNeedsTheActSubjectToo(String path) {
        Answers noSubject = answers(ShippedPolicy.with(new PolicyEngine() {
            @Override
            public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] input) {
                boolean subject = new String(input, StandardCharsets.UTF_8).contains("\"act\":\"subject\"");
                return Optional.of(
                        subject
                                ? MAPPER.createObjectNode().put("allow", false).put("code", "not-granted")
                                : MAPPER.createObjectNode()
                                        .put("allow", true)
                                        .put("rule", "audit")
                                        .put("clause", "GDPR Art. 5(2)"));
            }

            @Override
            public void close() {}
        }));

        assertThat(noSubject.answer(ALAN, path, "dataset=fhir-patient").status())
                .isEqualTo(200);
        assertThat(refused(noSubject, ALAN, path, "subject=" + TrailFixture.SUBJECT)
                        .code())
                .isEqualTo(ProblemCode.DENIED);
        assertThat(answers.answer(ALAN, path, "subject=" + TrailFixture.SUBJECT).status())
                .isEqualTo(200);
    }

    private static PolicyEngine engine(java.util.function.Supplier<Optional<JsonNode>> answer) {
        return new PolicyEngine() {
            @Override
            public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
                return answer.get();
            }

            @Override
            public void close() {}
        };
    }

    // --- what is answered

    @Test
    void pagesBothWaysToTheEnd() throws Exception {
        for (String order : List.of("oldest", "newest")) {
            List<Long> places = new ArrayList<>();
            String at = "";
            do {
                JsonNode page = json(answers, "/api/v1/entries", "limit=7&order=" + order + "&at=" + at);
                page.path("entries")
                        .forEach(entry -> places.add(entry.path("index").asLong()));
                at = page.path("next").asText("");
            } while (!at.isEmpty());
            assertThat(places).hasSize(TrailFixture.ENTRIES).doesNotHaveDuplicates();
            assertThat(places.get(0)).isEqualTo(order.equals("oldest") ? 0 : TrailFixture.ENTRIES - 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "recipient=research&disposition=release, 60",
        "code=heartbeat, 1",
        "id=events.ingress/1/0/7, 1",
        "producer=nobody, 0",
        "from=2026-11-26T12:00:10Z&until=2026-11-26T12:00:20Z, 10"
    })
    void filtersAsTheCommandDoes(String query, int count) throws Exception {
        assertThat(json(answers, "/api/v1/entries", query + "&limit=200").path("entries"))
                .hasSize(count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "colour=SECRET",
                "limit=0",
                "limit=201",
                "limit=SECRET",
                "at=SECRET",
                "at=p-1",
                "at=pzzzzzzzzzzzzzzzz",
                "order=SECRET",
                "disposition=SECRET",
                "subject=SECRET",
                "from=SECRET",
                "until=2026-13-01T00:00:00Z",
                "dataset=a&dataset=b",
                "dataset=%FFSECRET%zz",
                "code=SECRET%20%3Cscript%3E"
            })
    void whatIsNotValidIsRefusedWithoutAnEcho(String query) {
        RefusedException refused = refused(ALAN, "/api/v1/entries", query);

        assertThat(refused.code()).isEqualTo(ProblemCode.REQUEST_INVALID);
        assertThat(refused.detail()).isNotBlank().doesNotContainIgnoringCase("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/entries/63",
                "/api/v1/entries/-1",
                "/api/v1/entries/01",
                "/api/v1/entries/99999999999999999999",
                "/api/v1/entries/",
                "/api/v1/entries/3/",
                "/api/v1/records/1/0/60",
                "/api/v1/records/0/0/1",
                "/api/v1/records/9999999999/0/1",
                "/api/v2/entries",
                "/",
                "",
                "//"
            })
    void whatIsNotThereIsNotFound(String path) {
        assertThat(refused(ALAN, path, null).code()).isEqualTo(ProblemCode.NOT_FOUND);
    }

    @Test
    void anEntryComesAsItStandsWithItsSentence() throws Exception {
        JsonNode entry = json(answers, "/api/v1/entries/0", null);

        assertThat(entry.path("sentence").asText())
                .startsWith("Producer st-elsewhere sent record events.ingress/1/0/0");
        assertThat(entry.path("entry")).isEqualTo(MAPPER.readTree(bytesOf(0)));
    }

    @Test
    void aProofIsTheLogsOwn() {
        Reply.Whole proof = (Reply.Whole) answers.answer(ALAN, "/api/v1/entries/42/proof", null);

        TlogProof read = TlogProof.parse(proof.body());
        assertThat(read.index()).isEqualTo(42);
        assertThat(read.proves(bytesOf(42))).isTrue();
        assertThat(read.proves(bytesOf(41))).isFalse();
        assertThat(Checkpoint.verified(
                                read.note().toBytes(), trail.indexConfig().key())
                        .size())
                .isEqualTo(TrailFixture.ENTRIES);
    }

    @Test
    void aSubjectsEntriesAreFoundByTheReference() throws Exception {
        JsonNode page = json(answers, "/api/v1/subjects/" + TrailFixture.SUBJECT + "/entries", "limit=200");

        assertThat(page.path("entries")).hasSize(TrailFixture.RECORDS / 2);
        assertThat(refused(ALAN, "/api/v1/subjects/p-1/entries", null).code()).isEqualTo(ProblemCode.REQUEST_INVALID);
    }

    @Test
    void aRecordTellsWhatEachRecipientGotFieldByField() throws Exception {
        JsonNode record = json(answers, "/api/v1/records/1/0/7", null);

        JsonNode research = null;
        for (JsonNode recipient : record.at("/entries/0/recipients")) {
            research = recipient.path("recipient").asText().equals("research") ? recipient : research;
        }
        assertThat(research.path("disposition").asText()).isEqualTo("release");
        assertThat(research.path("planKept").asBoolean()).isTrue();
        assertThat(research.path("fields")).hasSize(3);
        research.path("fields").forEach(field -> {
            assertThat(field.path("pattern").asText()).startsWith("/");
            assertThat(field.path("transform").asText()).matches("[a-z][a-z0-9.-]+");
            assertThat(field.path("rule").asText()).isNotBlank();
        });
        assertThat(record.toString()).contains("\"disposition\":\"withhold\"");
    }

    @Test
    void anExportIsTheBytesOfTheLog() throws Exception {
        String lines = export("/api/v1/exports/entries.ndjson", "code=decided");

        List<String> all = List.of(lines.split("\n"));
        assertThat(all).hasSize(TrailFixture.RECORDS);
        assertThat(all.get(59)).isEqualTo(new String(bytesOf(59), StandardCharsets.UTF_8));
        export("/api/v1/exports/entries.csv", "");
        assertThat(export("/api/v1/exports/audit-events.ndjson", "dataset=fhir-patient&disposition=release")
                        .lines())
                .hasSizeGreaterThanOrEqualTo(TrailFixture.RECORDS)
                .allMatch(line -> line.contains("\"resourceType\":\"AuditEvent\""));
        assertThat(export("/api/v1/exports/ocsf.ndjson", "code=heartbeat").lines())
                .singleElement()
                .asString()
                .contains("\"class_uid\":6003", "was alive at");
        readings.close();
        assertThat(sink.entries().get(1).at("/detail/questions").toString())
                .contains("\"export ndjson code\"", "\"export csv\"", "\"export fhir ", "\"export ocsf code\"")
                .doesNotContain("search");
    }

    @Test
    void aSpreadsheetGetsNoFormulas() throws Exception {
        String csv = export("/api/v1/exports/entries.csv", "code=quarantine-requeued");

        assertThat(csv).startsWith("\"index\",\"id\",").contains("\"'=cmd|' /C calc'!A0\"");
        assertThat(csv.lines()).hasSize(2);
        for (String formula : List.of("=1", "+1", "-1", "@A1", " =1", "\t=1", "\r=1")) {
            assertThat(Exports.cell(formula)).as(formula).startsWith("\"'");
        }
        for (String formula : List.of("a;=1", "a; =1", "a,+1", "a|-1", "a;\"@A1", "a;\t=1", ";=1")) {
            assertThat(Exports.cell(formula)).as(formula).containsPattern("[;,|]'");
        }
        assertThat(Exports.cell("care=release; billing=withhold")).isEqualTo("\"care=release; billing=withhold\"");
        assertThat(Exports.cell("a \"b\"\nc")).isEqualTo("\"a \"\"b\"\" c\"");
        assertThat(Exports.cell("")).isEqualTo("\"\"");
    }

    @Test
    void anExportHasALimit() {
        Answers few = new Answers(
                new ApiRoutes(desk, 10, List.of(), clock).routes(),
                new ReaderDesk(now -> Optional.of(ShippedPolicy.policy())),
                readings,
                clock);

        assertThat(refused(few, ALAN, "/api/v1/exports/entries.csv", null).code())
                .isEqualTo(ProblemCode.EXPORT_TOO_LARGE);
    }

    @Test
    void theOverviewCounts() throws Exception {
        JsonNode overview = json(answers, "/api/v1/overview", null);

        assertThat(overview.at("/log/size").asInt()).isEqualTo(TrailFixture.ENTRIES);
        assertThat(overview.at("/codes/decided").asInt()).isEqualTo(TrailFixture.RECORDS);
        assertThat(overview.at("/recipients/research/release").asInt()).isEqualTo(TrailFixture.RECORDS);
        assertThat(desk.records(ShippedPolicy.NOW, Duration.ofSeconds(10), 6))
                .containsOnly(10L)
                .hasSize(6);
    }

    @Test
    void anIndexThatIsNotBuiltHoldsNobodyUp() {
        LogDesk cold = new LogDesk(index, new io.sluice.audit.append.PolicyArchive(trail.archive()), System::nanoTime);

        assertThatThrownBy(() -> cold.entry(0))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ProblemCode.INDEX_NOT_READY));
    }

    private byte[] bytesOf(long place) {
        return new LogReader(FileLogStore.source(trail.log())).entry(place, TrailFixture.ENTRIES);
    }

    private String export(String path, String query) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Reply.Pieces pieces = ((Reply.Stream) answers.answer(ALAN, path, query)).pieces();
        Optional<byte[]> piece;
        while ((piece = pieces.next()).isPresent()) {
            all.writeBytes(piece.get());
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode json(Answers answers, String path, @Nullable String query) throws Exception {
        Reply.Whole reply = (Reply.Whole) answers.answer(ALAN, path, query);
        assertThat(reply.status()).isEqualTo(200);
        return MAPPER.readTree(reply.body());
    }

    private RefusedException refused(Visitor visitor, String path, @Nullable String query) {
        return refused(answers, visitor, path, query);
    }

    private static RefusedException refused(Answers answers, Visitor visitor, String path, @Nullable String query) {
        return catchThrowableOfType(RefusedException.class, () -> answers.answer(visitor, path, query));
    }
}
