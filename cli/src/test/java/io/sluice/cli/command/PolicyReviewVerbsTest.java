package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** {@code policy check|test|matrix|infer|schemas}, as an officer types them. */
@NullUnmarked
class PolicyReviewVerbsTest {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final String TICKETS = """
            {"id":"t-1","customerId":"C-1","opened":"2026-11-01T10:00:00Z","channel":"web","message":"It is late and nobody called","email":"a@b.example","score":3,"tags":[]}
            {"id":"t-2","customerId":"C-2","opened":"2026-11-02T10:00:00Z","channel":"app","message":"I would like my money back","email":"c@d.example","score":5,"tags":["x"]}
            {"id":"t-3","customerId":"C-2","opened":"2026-11-02T10:00:00Z","channel":"web","message":"Thank you all very much","email":"c@d.example","score":5}
            {"id":"t-4","customerId":"C-2","opened":"2026-11-02T10:00:00Z","channel":"web","message":"Thank you all very much","email":"c@d.example","score":5}
            """;

    @TempDir
    private Path folder;

    private Path rulebook;

    @BeforeEach
    void copyTheRulebook() throws IOException {
        Path shipped = HOME.resolve("policies/rulebook");
        rulebook = folder.resolve("rulebook");
        try (Stream<Path> paths = Files.walk(shipped)) {
            for (Path path : paths.toList()) {
                Path copy = rulebook.resolve(shipped.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }

    @Test
    void everyStageLooksAndSamplesAreCompared() throws Exception {
        Path samples = folder.resolve("samples");
        Files.createDirectories(samples.resolve("orders"));
        Files.writeString(
                samples.resolve("orders/one.json"),
                "{\"id\": \"o-1\", \"customer\": {\"id\": \"C-1\", \"nickname\": \"Kari\"}, \"gift\": {\"card\": \"x\"},"
                        + " \"lines\": [{\"category\": \"pharmacy\", \"sku\": \"RX\", \"dose\": 2}]}");
        Files.writeString(samples.resolve("stray.json"), "{\"a\": 1}");
        Path junit = folder.resolve("report.xml");

        Invocation run = policy(
                "check",
                "--samples",
                samples.toString(),
                "--day",
                "2026-11-26",
                "--junit",
                junit.toString(),
                "-o",
                "json");

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        JsonNode report = json(run.out());
        assertThat(report.path("errors").asInt()).isZero();
        assertThat(report.findValuesAsText("stage").stream().distinct())
                .containsExactly("files", "rules", "rego", "law", "scenarios", "parity", "samples");
        assertThat(messages(report))
                .contains(
                        "/customer/nickname stands in 1 of 1 samples, and no field of 'orders' declares it",
                        "/gift/card stands in 1 of 1 samples, and no field of 'orders' declares it",
                        "sample files hold events of no dataset: stray.json",
                        "/lines/[category=pharmacy]/** covers in the samples of 'orders': /lines/*/category, /lines/*/dose, /lines/*/sku")
                .anyMatch(message -> message.startsWith("16 of 19 declared fields meet nothing")
                        || message.contains(
                                "declared fields meet nothing in the samples of orders: /channel, /currency"));
        Document xml = xml(Files.readString(junit));
        assertThat(xml.getElementsByTagName("testsuite").getLength()).isEqualTo(7);
        assertThat(xml.getElementsByTagName("failure").getLength()).isZero();
    }

    @Test
    void anErrorIsToldWithItsPlaceAndWhatItKeepsFromRunning() throws Exception {
        edit("recipients/marketing.yaml", "purpose: newsletter", "purpose: newslettr");
        Path junit = folder.resolve("report.xml");

        Invocation run = policy("check", "--junit", junit.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "recipients/marketing.yaml:3:1: error: purpose 'newslettr' does not exist; did you mean 'newsletter'?",
                        "rules      1 error",
                        "law        not run",
                        "1 error, 0 warnings");
        assertThat(xml(Files.readString(junit)).getElementsByTagName("failure").getLength())
                .isEqualTo(1);
        assertThat(policy("check", "--files-only").out()).doesNotContain("scenarios");
        assertThat(policy("check", "--coverage", "101").code()).isEqualTo(2);
        assertThat(policy("check", "--files-only", "--samples", "x").code()).isEqualTo(2);
    }

    @Test
    void aScenarioIsRecordedHoldsAndFailsFieldByField() throws Exception {
        String event = HOME.resolve("docs/tours/producer/patient.json").toString();
        String[] record = {
            "test",
            "--record",
            "scenarios/new.yaml",
            "--event",
            event,
            "--producer",
            "st-elsewhere",
            "--to",
            "fhir",
            "--purpose",
            "treatment",
            "--day",
            "2026-11-23"
        };

        Invocation recorded = policy(record);
        assertThat(recorded.code()).as(recorded.err()).isZero();
        assertThat(Files.readString(rulebook.resolve("scenarios/new.yaml")))
                .contains("marketing: {disposition: withhold, reason: no-protection}")
                .contains("value: \"<encrypted:1>\"", "id: \"<uuid:1>\"", "birthDate: \"1980\"");
        assertThat(policy(record).err()).contains("new.yaml exists already");
        assertThat(policy("test").out()).contains("9 scenarios with ", "everything is as expected");

        edit("protections/research-fhir.yaml", "demographic.gender: keep", "demographic.gender: drop");
        Invocation failed = policy("test", "scenarios/new.yaml");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out())
                .contains(
                        "FAILED  scenarios/new.yaml",
                        "step 1, post st-elsewhere to fhir",
                        "the view of research differs at")
                .containsPattern("/gender +\"female\" +\\(not there\\) +drop by rule research-fhir#demographic.gender");
        assertThat(json(policy("test", "scenarios/new.yaml", "-o", "json").out())
                        .at("/scenarios/0/failures/0/difference/path")
                        .asText())
                .isEqualTo("/gender");
        assertThat(policy("test", "scenarios/none.yaml").err()).contains("There is no scenarios/none.yaml");
    }

    @Test
    void theMatrixIsShownInEachForm() throws Exception {
        Invocation text = policy("matrix", "--dataset", "orders");
        assertThat(text.out())
                .containsPattern("/placedAt +generalise.month")
                .contains("(10 more that nobody gets)", "care gets nothing: no-protection")
                .contains(
                        "marketing for newsletter (GDPR A6-1-a); nothing where no-consent, objection-direct-marketing, restriction")
                .contains("/placedAt is drop (rule officers#phone-order)");
        assertThat(text.out().lines()).allMatch(line -> line.length() < 130);

        assertThat(policy("matrix", "--dataset", "orders", "--recipient", "marketing", "-o", "csv")
                        .out()
                        .lines())
                .startsWith("dataset,recipient,field,classes,transform,parameters,rule,disposition,ground")
                .contains(
                        "orders,marketing,/customer/id,code.reference,tokenise,domain=marketing,marketing-orders#code.reference,release,newsletter (GDPR A6-1-a)");

        edit("catalog/orders.yaml", "  /note: text.note", "  \"/<script>alert(1)<~1script>\": text.note");
        Path page = folder.resolve("matrix.html");
        assertThat(policy("matrix", "--dataset", "orders", "-o", "html", "--out", page.toString())
                        .code())
                .isZero();
        assertThat(Files.readString(page))
                .startsWith("<!doctype html>")
                .contains("default-src 'none'", "prefers-color-scheme: dark", "/&lt;script&gt;alert(1)", "tokenise")
                .doesNotContain("<script", "http://", "src=");

        JsonNode json =
                json(policy("matrix", "--dataset", "orders", "-o", "json").out());
        assertThat(json.path("rows").size()).isEqualTo(4);
        assertThat(policy("matrix", "--dataset", "order").err())
                .contains("The rulebook has no dataset 'order'; it has fhir-care-plan");
    }

    @Test
    void aProposedCatalogLoadsAndItsGuessesSayWhy() throws Exception {
        Path samples = Files.writeString(folder.resolve("tickets.ndjson"), TICKETS);
        Path file = rulebook.resolve("catalog/tickets.yaml");
        String[] infer = {
            "infer",
            samples.toString(),
            "--dataset",
            "tickets",
            "--controller",
            "webshop-eu",
            "--purpose",
            "order-fulfilment",
            "--out",
            file.toString()
        };

        Invocation run = policy(infer);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Files.readString(file))
                .contains("subjects: [{at: \"/customerId\", scheme: person}]")
                .contains("#   channel: {at: /channel, values: [\"app\", \"web\"]}  # 2 different in 4")
                .contains(
                        "  # string, in 4 of 4, 2 different; class by values that look like e-mail addresses\n  /email: identifier.email")
                .contains("  /opened: date.record", "  /message: text.note", "  /customerId: code.reference")
                .contains("  # /score: CLASS", "  # /tags/*: CLASS")
                .doesNotContain("  # /tags: CLASS", "It is late", "a@b.example");
        Invocation check = policy("check", "--files-only");
        assertThat(check.code()).as(check.out()).isZero();
        assertThat(policy(infer).err()).contains("The rulebook has a dataset 'tickets' already");
        assertThat(policy("infer", samples.toString(), "--dataset", "other").err())
                .contains("--controller is one of st-elsewhere, webshop-eu");
        assertThat(policy(
                                "infer",
                                folder.resolve("none").toString(),
                                "--dataset",
                                "other",
                                "--controller",
                                "webshop-eu",
                                "--purpose",
                                "payment")
                        .err())
                .contains("it does not exist");
    }

    @Test
    void editorsGetSchemasSettingsAndCapabilities() throws Exception {
        assertThat(policy("schemas").code()).isZero();
        JsonNode settings = json(Files.readString(rulebook.resolve(".editor/settings.json")));
        assertThat(settings.path("yaml.schemas").size()).isEqualTo(13);
        for (String schema :
                (Iterable<String>) () -> settings.path("yaml.schemas").fieldNames()) {
            assertThat(json(Files.readString(rulebook.resolve(schema)))
                            .path("$schema")
                            .asText())
                    .isEqualTo("https://json-schema.org/draft/2020-12/schema");
        }
        assertThat(json(Files.readString(rulebook.resolve(".editor/capabilities.json")))
                        .path("builtins"))
                .isNotEmpty();
        assertThat(policy("check", "--files-only").code())
                .as("the folder is no part of the rulebook")
                .isZero();
    }

    private Invocation policy(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "policy";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--rulebook";
        all[arguments.length + 2] = rulebook.toString();
        return Invocation.of(all);
    }

    private void edit(String file, String before, String after) throws IOException {
        Path path = rulebook.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(before);
        Files.writeString(path, text.replace(before, after));
    }

    private static List<String> messages(JsonNode report) {
        return report.findValuesAsText("message");
    }

    private static JsonNode json(String text) throws Exception {
        return StrictJson.read(text.strip().getBytes(StandardCharsets.UTF_8));
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }
}
