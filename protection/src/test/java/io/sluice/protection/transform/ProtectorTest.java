package io.sluice.protection.transform;

import static io.sluice.protection.transform.Plans.fhir;
import static io.sluice.protection.transform.Plans.json;
import static io.sluice.protection.transform.Plans.run;
import static io.sluice.protection.transform.Plans.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.rulebook.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProtectorTest {
    @Test
    void nothingLeavesWithoutAPattern() {
        View view = run(json(), "{\"a\":1,\"b\":{\"c\":[2,3]}}");
        assertThat(view).isInstanceOfSatisfying(View.Protected.class, done -> {
            assertThat(new String(done.bytes(), UTF_8)).isEqualTo("{}");
            assertThat(done.undeclared()).isEqualTo(3);
        });
        assertThat(text(json(), "[1]")).isEqualTo("[]");
        assertThat(text(json(), "1")).isEqualTo("null");
        assertThat(text(json("/a", "drop"), "{\"a\":1}")).isEqualTo("{}");
    }

    @Test
    void undeclaredContentQuarantinesWhereTheCatalogSaysSo() {
        var plan = Plans.plan(Dataset.Format.JSON, Dataset.Undeclared.QUARANTINE, "/a", "keep");
        assertThat(run(plan, "{\"a\":1}")).isInstanceOf(View.Protected.class);
        assertThat(run(plan, "{\"a\":1,\"b\":2}")).isEqualTo(new View.Failed(ReasonCode.UNDECLARED_FIELD));
    }

    @Test
    void keptValuesKeepTheirExactText() {
        String json = "{\"a\":[1.10,-0.0,1E400,12345678901234567890,\"\\u00e9\\/\",true,null]}";
        assertThat(text(json("/a/*", "keep"), json)).isEqualTo(json);
        assertThat(text(json("/**", "keep"), " { \"a\" : [ 1 , { \"b\" : 2 } ] } "))
                .isEqualTo("{\"a\":[1,{\"b\":2}]}");
    }

    @Test
    void noEmptyContainersRemain() {
        assertThat(text(json("/a/*/b", "keep", "/z", "keep"), "{\"a\":[{\"c\":1},{\"b\":2},{}],\"e\":{},\"z\":[]}"))
                .isEqualTo("{\"a\":[{\"b\":2}]}");
        assertThat(text(json("/**", "keep"), "{\"a\":[[],{}],\"b\":{\"c\":{}}}"))
                .isEqualTo("{}");
    }

    @Test
    void aLeafPatternCoversNoContainerAndASubtreeCoversAScalar() {
        assertThat(text(json("/a", "keep", "/b/**", "keep"), "{\"a\":{\"x\":1},\"b\":2}"))
                .isEqualTo("{\"b\":2}");
        assertThat(text(json("/a", "keep"), "{\"a\":[1]}")).isEqualTo("{}");
    }

    @Test
    void theMoreSpecificPatternWinsFromTheLeft() {
        String json = "{\"a\":{\"b\":\"v\"}}";
        assertThat(text(json("/**", "drop", "/a/b", "keep"), json)).isEqualTo(json);
        assertThat(text(json("/a/**", "keep", "/*/b", "drop"), json)).isEqualTo(json);
        assertThat(text(json("/a/*", "drop", "/a/**", "keep"), json)).isEqualTo("{}");
        assertThat(
                        text(
                                json("/lines/*/sku", "keep", "/lines/[category=pharmacy]/**", "drop"),
                                "{\"lines\":[{\"sku\":\"1\",\"category\":\"books\"},{\"sku\":\"2\",\"category\":\"pharmacy\"}]}"))
                .isEqualTo("{\"lines\":[{\"sku\":\"1\"}]}");
        assertThat(text(json("/a/0", "keep", "/a/*", "drop"), "{\"a\":[\"x\",\"y\"]}"))
                .isEqualTo("{\"a\":[\"x\"]}");
    }

    @Test
    void predicatesLookThroughArraysAndEscapes() {
        var plan = json(
                "/identifier/[type.coding.code=SS]/value", "redact",
                "/identifier/[system$=npi]/value", "keep",
                "/identifier/*/value", "mask");
        String json = "{\"identifier\":["
                + "{\"value\":\"1\",\"type\":{\"coding\":[{\"code\":\"X\"},{\"code\":\"S\\u0053\"}]}},"
                + "{\"system\":\"urn:npi\",\"value\":\"22\"},{\"value\":\"333\"},"
                + "{\"system\":\"npi\",\"value\":\"4\",\"type\":{\"coding\":[{\"code\":\"SS\"}]}}]}";
        assertThat(text(plan, json))
                .isEqualTo(
                        "{\"identifier\":[{\"value\":\"[redacted]\"},{\"value\":\"22\"},{\"value\":\"***\"},{\"value\":\"[redacted]\"}]}");
    }

    @Test
    void elementsTooLargeToSearchGetTheStrictestRule() {
        var limits = new ViewLimits(100_000, 100_000, 10_000, 60);
        var plan = json("/a/[k=1]/v", "keep", "/a/[k=2]/v", "redact", "/a/*/v", "keep", "/a/[k=1]/w", "keep");
        String pad = "\"pad\":\"" + "x".repeat(60) + "\"";
        assertThat(Plans.run(plan, "{\"a\":[{\"k\":\"1\",\"v\":\"s\",\"w\":\"t\"}]}", limits)
                        .toString())
                .isEqualTo("Protected[25 bytes]");
        View view = run(plan, "{\"a\":[{\"k\":\"1\",\"v\":\"s\",\"w\":\"t\"," + pad + "}]}", limits);
        assertThat(view)
                .isInstanceOfSatisfying(
                        View.Protected.class,
                        done -> assertThat(new String(done.bytes(), UTF_8))
                                .isEqualTo("{\"a\":[{\"v\":\"[redacted]\"}]}"));
    }

    @Test
    void choiceMembersMatchByPrefixAndCapital() {
        assertThat(text(json("/value[x]/**", "keep"), "{\"valueString\":\"a\",\"valueset\":\"b\",\"value\":\"c\"}"))
                .isEqualTo("{\"valueString\":\"a\"}");
        assertThat(text(json("/value[x]", "drop", "/valueCode", "keep"), "{\"valueCode\":\"a\",\"valueId\":\"b\"}"))
                .isEqualTo("{\"valueCode\":\"a\"}");
    }

    @Test
    void inFhirAStarIsAnElementAndNoMember() {
        String object = "{\"a\":{\"Jane\":{\"b\":1}}}";
        assertThat(text(json("/a/*/b", "keep"), object)).isEqualTo(object);
        assertThat(text(fhir("/a/*/b", "keep"), object)).isEqualTo("{}");
        assertThat(text(fhir("/a/*/b", "keep"), "{\"a\":[{\"b\":1}]}")).isEqualTo("{\"a\":[{\"b\":1}]}");
        assertThat(text(fhir("/a/*/b", "keep", "/a/c/b", "keep", "/a/v[x]", "keep"), object))
                .isEqualTo("{}");
        assertThat(text(fhir("/a/**", "keep"), object)).isEqualTo(object);
    }

    @Test
    void underscoreSiblingsGoOutOnlyWhereTheElementIsKept() {
        String json = "{\"birthDate\":\"1957-06-29\",\"_birthDate\":{\"id\":\"b\"},\"given\":[\"A\",\"B\"],"
                + "\"_given\":[null,{\"id\":\"c\"}]}";
        assertThat(text(
                        fhir("/birthDate", "keep", "/_birthDate/id", "keep", "/given/*", "keep", "/_given/**", "keep"),
                        json))
                .isEqualTo(json);
        assertThat(text(
                        fhir(
                                "/birthDate",
                                "generalise.year",
                                "/_birthDate/id",
                                "keep",
                                "/given/*",
                                "mask",
                                "/_given/**",
                                "keep"),
                        json))
                .isEqualTo("{\"birthDate\":\"1957\",\"given\":[\"*\",\"*\"]}");
        assertThat(text(fhir("/birthDate", "keep"), json)).isEqualTo("{\"birthDate\":\"1957-06-29\"}");
        assertThat(text(
                        fhir("/given/*", "keep", "/_given/*/id", "keep"),
                        "{\"_given\":[{\"x\":1},{\"id\":\"c\"}],\"given\":[\"A\",\"B\"]}"))
                .isEqualTo("{\"_given\":[null,{\"id\":\"c\"}],\"given\":[\"A\",\"B\"]}");
        assertThat(text(json("/_birthDate/id", "keep"), json)).isEqualTo("{\"_birthDate\":{\"id\":\"b\"}}");
    }

    @Test
    void anUndeclaredModifierExtensionWithholdsTheRecord() {
        String modifier = "\"modifierExtension\":[{\"url\":\"u\",\"valueBoolean\":true}]";
        var failed = new View.Failed(ReasonCode.MODIFIER_EXTENSION);
        assertThat(run(fhir("/status", "keep"), "{\"status\":\"final\"," + modifier + "}"))
                .isEqualTo(failed);
        assertThat(run(fhir("/status", "keep"), "{\"contained\":[{\"x\":{" + modifier + "}}]}"))
                .isEqualTo(failed);
        assertThat(run(fhir("/status", "keep"), "{\"modifierExt\\u0065nsion\":[]}"))
                .isEqualTo(failed);
        assertThat(run(fhir("/modifierExtension/*/url", "keep"), "{" + modifier + "}"))
                .isEqualTo(failed);
        assertThat(text(fhir("/modifierExtension/**", "keep"), "{" + modifier + "}"))
                .isEqualTo("{" + modifier + "}");
        assertThat(text(json("/status", "keep"), "{\"status\":\"final\"," + modifier + "}"))
                .isEqualTo("{\"status\":\"final\"}");
    }

    @Test
    void whoeverIsOver89LosesTheYear() {
        var plan = fhir("/birthDate", "generalise.age90", "/gender", "keep");
        assertThat(text(plan, "{\"birthDate\":\"1936-11-24\",\"gender\":\"male\"}"))
                .isEqualTo("{\"birthDate\":\"1936\",\"gender\":\"male\"}");
        String over =
                "{\"_birthDate\":{\"extension\":[{\"url\":\"https://sluice.dev/fhir/age-over-89\",\"valueBoolean\":true}]},\"gender\":\"male\"}";
        assertThat(text(plan, "{\"birthDate\":\"1936-11-23\",\"_birthDate\":{\"id\":\"x\"},\"gender\":\"male\"}"))
                .isEqualTo(over);
        assertThat(text(plan, "{\"gender\":\"male\",\"birthDate\":\"1936\"}"))
                .isEqualTo(
                        "{\"gender\":\"male\",\"_birthDate\":{\"extension\":[{\"url\":\"https://sluice.dev/fhir/age-over-89\",\"valueBoolean\":true}]}}");
        assertThat(text(json("/b", "generalise.age90"), "{\"b\":\"1930-01-01\"}"))
                .isEqualTo("{\"b\":\"90+\"}");
        assertThat(text(plan, "{\"birthDate\":\"unknown\"}")).isEqualTo("Failed[code=TRANSFORM_FAILED]");
    }

    private static String labels(String... codes) {
        return Arrays.stream(codes)
                .map(code -> "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\""
                        + code + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void labelsSayWhatWasDoneToThisRecord() {
        var plan = Plans.labelled(fhir(
                "/a",
                "keep",
                "/b",
                "generalise.year",
                "/c",
                "encrypt domain=care",
                "/d",
                "tokenise domain=care",
                "/e",
                "redact",
                "/f",
                "drop",
                "/g",
                "mask"));
        assertThat(text(plan, "{\"a\":1}")).isEqualTo("{\"a\":1}");
        assertThat(text(plan, "{\"a\":1,\"b\":\"2020-01-01\"}"))
                .isEqualTo("{\"a\":1,\"b\":\"2020\",\"meta\":{\"security\":" + labels("ABSTRED") + "}}");
        assertThat(text(plan, "{\"f\":1}")).isEqualTo("{\"meta\":{\"security\":" + labels("REDACTED") + "}}");
        assertThat(text(plan, "{\"a\":1,\"x\":1}"))
                .isEqualTo("{\"a\":1,\"meta\":{\"security\":" + labels("SUBSETTED") + "}}");
        assertThat(text(plan, "{\"c\":\"v\",\"d\":\"v\",\"e\":\"v\",\"g\":\"v\",\"x\":{\"y\":1}}"))
                .endsWith("\"meta\":{\"security\":" + labels("ABSTRED", "MASKED", "PSEUDED", "REDACTED", "SUBSETTED")
                        + "}}");
    }

    @Test
    void labelsStandBesideWhatMetaHolds() {
        var plan = Plans.labelled(fhir("/a", "drop", "/z", "keep", "/meta/**", "keep"));
        String redacted = labels("REDACTED").substring(1);
        assertThat(text(plan, "{\"meta\":{\"profile\":[\"p\"]},\"a\":1,\"z\":2}"))
                .isEqualTo("{\"meta\":{\"profile\":[\"p\"],\"security\":[" + redacted + "},\"z\":2}");
        assertThat(text(plan, "{\"m\\u0065ta\":{\"security\":[{\"code\":\"R\"}],\"profile\":[\"p\"]},\"a\":1}"))
                .isEqualTo("{\"m\\u0065ta\":{\"security\":[{\"code\":\"R\"}," + redacted + ",\"profile\":[\"p\"]}}");
        // The name alone is not the place.
        assertThat(text(plan, "{\"z\":1,\"a\":1,\"meta\":{\"x\":{\"meta\":{\"security\":[1]}}}}"))
                .endsWith("\"meta\":{\"x\":{\"meta\":{\"security\":[1]}},\"security\":[" + redacted + "}}");
    }

    @Test
    void whatIsNoMetaFailsALabelledView() {
        var plan = Plans.labelled(fhir("/a", "drop", "/meta/**", "keep"));
        for (String meta : List.of("[1]", "\"x}\"", "1", "{\"security\":{\"code\":\"R\"}}", "{\"security\":\"]\"}")) {
            assertThat(run(plan, "{\"a\":1,\"meta\":" + meta + "}"))
                    .as(meta)
                    .isEqualTo(new View.Failed(ReasonCode.PAYLOAD_INVALID));
        }
        assertThat(run(plan, "[{\"a\":1}]")).isEqualTo(new View.Failed(ReasonCode.PAYLOAD_INVALID));
        var limits = new ViewLimits(100, 100_000, 10_000, 1_000);
        assertThat(run(plan, "{\"a\":1}", limits)).isEqualTo(new View.Failed(ReasonCode.VIEW_TOO_LARGE));
    }

    @Test
    void aViewThatIsTooLargeFails() {
        var limits = new ViewLimits(20, 100_000, 10_000, 1_000);
        assertThat(run(json("/a", "keep"), "{\"a\":\"123456789012345\"}", limits))
                .isEqualTo(new View.Failed(ReasonCode.VIEW_TOO_LARGE));
        assertThat(run(json("/a", "keep"), "{\"a\":\"1234567890\"}", limits)).isInstanceOf(View.Protected.class);
    }

    @Test
    void aPayloadThatIsNoJsonGivesNoView() {
        assertThat(run(json("/**", "keep"), "{\"a\":")).isEqualTo(new View.Failed(ReasonCode.PAYLOAD_INVALID));
        assertThat(run(json("/**", "keep"), "{} x")).isEqualTo(new View.Failed(ReasonCode.PAYLOAD_INVALID));
    }

    @Test
    void nothingOfTheRecordBeforeShowsAfterAFailure() throws PlanRefusedException {
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(json("/**", "keep"));
        assertThat(protector.read("{\"a\":\"secret\"}".getBytes(UTF_8))).isTrue();
        assertThat(protector.read("{\"a\":".getBytes(UTF_8))).isFalse();
        assertThat(protector.protect(plan, Plans.CONTEXT)).isEqualTo(new View.Failed(ReasonCode.PAYLOAD_INVALID));
    }

    @Test
    void countsByPatternAndNamesTheKeysUsed() throws PlanRefusedException {
        var plan = json("/a/*", "keep", "/b", "tokenise domain=customers", "/c", "encrypt domain=care");
        View view = run(plan, "{\"a\":[1,2,3],\"b\":\"x\",\"d\":[4,{\"e\":5}]}");
        assertThat(view).isInstanceOfSatisfying(View.Protected.class, done -> {
            assertThat(done.patternCounts()).containsExactly(3, 1, 0);
            assertThat(done.undeclared()).isEqualTo(2);
            assertThat(done.keys())
                    .containsExactly(
                            Plans.RING.getOrCreate("token.customers").id().hex());
        });
    }

    @Test
    void refusesPlansThatItCannotPerform() {
        for (String transform : List.of(
                "pseudonymise",
                "date-shift",
                "tokenise-fpe",
                "encrypt-deterministic",
                "generalise.sometimes",
                "generalise.zip3",
                "mask keep-last=-1",
                "mask char=ab",
                "mask keep=4",
                "keep x=1",
                "tokenise",
                "tokenise domain=A",
                "tokenise domain=a canonical=magic",
                "pseudonymise",
                "encrypt domain=a bind=loose",
                "generalise.zip3 restricted=03",
                "generalise.bucket size=0")) {
            assertThatThrownBy(() -> Plans.protector().compile(json("/a", transform)))
                    .as(transform)
                    .isInstanceOf(PlanRefusedException.class);
        }
    }
}
