package io.sluice.policies.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.load.YamlDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenariosTest {
    private static final String HEAD = """
            scenario: A test
            day: 2026-11-23
            steps:
              - post:
                  producer: webshop
                  to: orders
                  event: {id: "02134", total: 1.50, paid: true, note: null, country: NO}
            """;

    private final List<PostedEvent> posted = new ArrayList<>();

    @Test
    void theShippedScenariosHold() {
        List<YamlDocument> asking = Shipped.rulebook().files(FileKind.SCENARIOS).stream()
                .filter(file -> !file.json().path("steps").toString().contains("\"post\""))
                .toList();
        assertThat(asking).hasSizeGreaterThan(3);
        for (YamlDocument file : asking) {
            assertThat(Scenarios.run(file, Shipped.policy(), nothing()).findings())
                    .isEmpty();
        }
    }

    @Test
    void whatIsNotAsExpectedIsToldAtItsStep(@TempDir Path folder) throws IOException {
        copy(folder);
        Path file = folder.resolve("scenarios/newsletter.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("/customer/email: keep", "/customer/email: drop")
                        .replace("care: {disposition: withhold}", "care: {disposition: release}"));
        ScenarioResult result = Scenarios.run(
                Objects.requireNonNull(RulebookLoader.load(folder).files().get("scenarios/newsletter.yaml")),
                Shipped.policy(),
                nothing());
        assertThat(result.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "scenarios/newsletter.yaml:8:5: error: marketing: /customer/email is keep, not drop",
                        "scenarios/newsletter.yaml:8:5: error: care: withhold [Reason[rule=no-protection, clause=GDPR Art. 25(2)]], not release");
        assertThat(result.releases()).hasSize(3);
    }

    /** An event is JSON whatever YAML makes of a word: texts in quotes, numbers as they are, no country that is false. */
    @Test
    void anEventIsPostedAsItStands(@TempDir Path folder) throws Exception {
        assertThat(run(
                        folder,
                        HEAD + "    expect: {care: {disposition: withhold, reason: no-protection}}\n",
                        withheld()))
                .isEmpty();
        assertThat(posted).hasSize(1);
        assertThat(posted.get(0).payload().toString())
                .isEqualTo("{\"id\":\"02134\",\"total\":1.50,\"paid\":true,\"note\":null,\"country\":\"NO\"}");
        assertThat(posted.get(0).day()).isEqualTo(LocalDate.of(2026, 11, 23));
    }

    @Test
    void aViewDiffersFieldByField(@TempDir Path folder) throws Exception {
        String expected = """
                    expect:
                      care:
                        disposition: release
                        view:
                          id: "<uuid:a>"
                          gender: "female"
                          address: [{city: "Boston", zip: "02118"}]
                          total: 1.5
                """;
        EventStand stand = view("""
                {"id": "90e99549-4e82-437f-bd6d-04e40f4b5ab7", "address": [{"city": "Bostn"}, {"city": "Rome"}],
                 "total": 1.50, "name": {"family": "Ruiz"}}""");
        assertThat(run(folder, HEAD + expected, stand))
                .extracting(Finding::toString)
                .containsExactly(
                        "scenarios/test.yaml:13:11: error: care: /gender is not there, expected \"female\" (drop by rule x)",
                        "scenarios/test.yaml:14:22: error: care: /address/0/city is \"Bostn\", expected \"Boston\" (drop by rule x)",
                        "scenarios/test.yaml:14:38: error: care: /address/0/zip is not there, expected \"02118\" (drop by rule x)",
                        "scenarios/test.yaml:14:11: error: care: /address/1/city is \"Rome\", and is not expected (drop by rule x)",
                        "scenarios/test.yaml:11:9: error: care: /name/family is \"Ruiz\", and is not expected (drop by rule x)");
    }

    @Test
    void equalNamesAreEqualValuesAndOtherNamesAreOthers(@TempDir Path folder) throws Exception {
        String one = "90e99549-4e82-437f-bd6d-04e40f4b5ab7";
        String two = "b4ab27dd-3cf3-441d-8903-11883cf4a6dc";
        String linked =
                "    expect: {care: {disposition: release, view: {id: \"<uuid:a>\", ref: \"urn:uuid:<uuid:a>\"}}}\n";
        String apart = linked.replace("urn:uuid:<uuid:a>", "urn:uuid:<uuid:b>");
        EventStand same = view("{\"id\": \"" + one + "\", \"ref\": \"urn:uuid:" + one + "\"}");
        EventStand different = view("{\"id\": \"" + one + "\", \"ref\": \"urn:uuid:" + two + "\"}");
        assertThat(run(folder, HEAD + linked, same)).isEmpty();
        assertThat(run(folder, HEAD + linked, different)).hasSize(1);
        assertThat(run(folder, HEAD + apart, same)).hasSize(1);
        assertThat(run(folder, HEAD + apart, different)).isEmpty();
    }

    @Test
    void aPlaceholderTakesItsFormOnly(@TempDir Path folder) throws Exception {
        for (String[] pair : new String[][] {
            {"<uuid>", "12", "no"},
            {"<token>", "tok1_ab3c_abcdefghijklmnopqrstuvwxyz", "yes"},
            {"<token>", "4111", "no"},
            {"<encrypted>", "sf1.AAAA_-", "yes"},
            {"<encrypted>", "999-12-3456", "no"},
            {"<date>", "2026-11-23T10:00:00Z", "yes"},
            {"<date>", "tomorrow", "no"},
            {"<text>", "", "yes"}
        }) {
            List<Finding> findings = run(
                    folder,
                    HEAD + "    expect: {care: {disposition: release, view: {x: \"" + pair[0] + "\"}}}\n",
                    view("{\"x\": \"" + pair[1] + "\"}"));
            assertThat(findings.isEmpty() ? "yes" : "no")
                    .as(pair[0] + " " + pair[1])
                    .isEqualTo(pair[2]);
        }
    }

    @Test
    void aMisspeltPlaceholderIsTold(@TempDir Path folder) throws Exception {
        assertThat(run(
                        folder,
                        HEAD + "    expect: {care: {disposition: release, view: {x: \"<tokn>\"}}}\n",
                        view("{\"x\": \"<tokn>\"}")))
                .extracting(Finding::toString)
                .containsExactly(
                        "scenarios/test.yaml:8:50: error: <tokn> is no placeholder; there are <uuid>, <token>, <encrypted>, <date>, <text>, <any>; did you mean '<token>'?");
    }

    @Test
    void aRefusalIsExpectedByItsCode(@TempDir Path folder) throws Exception {
        EventStand refusing = (event, standing) -> new EventOutcome.Refused("subject-missing", "No id.");
        assertThat(run(folder, HEAD + "    refused: subject-missing\n", refusing))
                .isEmpty();
        assertThat(run(folder, HEAD + "    refused: payload-invalid\n", refusing))
                .extracting(Finding::toString)
                .containsExactly(
                        "scenarios/test.yaml:8:5: error: the gateway refuses the event: subject-missing, No id.");
        assertThat(run(folder, HEAD + "    expect: {care: {disposition: release}}\n", refusing))
                .hasSize(1);
        assertThat(run(folder, HEAD + "    refused: subject-missing\n", withheld()))
                .extracting(Finding::message)
                .containsExactly("the gateway takes the event");
        assertThat(run(folder, HEAD, withheld()))
                .extracting(Finding::message)
                .containsExactly(
                        "a posted event either has 'expect', the recipients' views, or 'refused', the gateway's code");
    }

    @Test
    void aRecipientThatIsNotThereAndAnotherDispositionAreTold(@TempDir Path folder) throws Exception {
        assertThat(run(
                        folder,
                        HEAD + "    expect:\n      caer: {disposition: withhold}\n      care: {disposition: release}\n",
                        withheld()))
                .extracting(Finding::toString)
                .containsExactly(
                        "scenarios/test.yaml:9:7: error: recipient 'caer' does not exist; did you mean 'care'?",
                        "scenarios/test.yaml:10:7: error: care: withhold [no-protection], not release");
    }

    private List<Finding> run(Path folder, String scenario, EventStand stand) throws IOException {
        if (!Files.exists(folder.resolve("classes.yaml"))) {
            copy(folder);
        }
        Files.writeString(folder.resolve("scenarios/test.yaml"), scenario);
        YamlDocument file =
                Objects.requireNonNull(RulebookLoader.load(folder).files().get("scenarios/test.yaml"));
        return Scenarios.run(file, Shipped.policy(), stand).findings();
    }

    private static EventStand nothing() {
        return (event, standing) -> {
            throw new AssertionError("no event is posted");
        };
    }

    private EventStand withheld() {
        return (event, standing) -> {
            posted.add(event);
            return decided(new EventOutcome.Got(Disposition.WITHHOLD, List.of("no-protection"), null, path -> ""));
        };
    }

    private static EventStand view(String json) throws Exception {
        JsonNode view = StrictJson.read(json.getBytes(StandardCharsets.UTF_8));
        return (event, standing) ->
                decided(new EventOutcome.Got(Disposition.RELEASE, List.of("x"), view, path -> "drop by rule x"));
    }

    private static EventOutcome decided(EventOutcome.Got care) {
        TreeMap<String, EventOutcome.Got> recipients = new TreeMap<>();
        recipients.put("care", care);
        return new EventOutcome.Decided(
                new ReleaseInput(
                        LocalDate.of(2026, 11, 23),
                        "orders",
                        "webshop-eu",
                        "webshop",
                        "Webshop",
                        "order-fulfilment",
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        new TreeMap<>()),
                recipients);
    }

    private static void copy(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(Shipped.FOLDER)) {
            for (Path path : paths.toList()) {
                Path copy = folder.resolve(Shipped.FOLDER.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }
}
