package io.sluice.policies.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.policies.Shipped;
import io.sluice.policies.check.CheckReport;
import io.sluice.policies.check.Features;
import io.sluice.policies.check.RulebookChecker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One thing broken at a time in the shipped rulebook: the message, to the letter. */
@NullUnmarked
class BadRulebookTest {
    /** One copy for all of the table: each case breaks a file and mends it. */
    @TempDir
    private static Path shared;

    @BeforeAll
    static void copyShippedOnce() throws IOException {
        copyShipped(shared);
    }

    @Test
    void theShippedRulebookIsClean() {
        assertThat(RulebookChecker.check(Shipped.rulebook()).text()).isEmpty();
    }

    static List<Bad> bad() {
        return List.of(
                new Bad(
                        "a typo in a key",
                        "recipients/marketing.yaml",
                        "purpose:",
                        "purposs:",
                        "recipients/marketing.yaml:3:1: error: unknown key 'purposs'; did you mean 'purpose'?"),
                new Bad(
                        "a role that nobody holds",
                        "reveal.yaml",
                        "roles: [privacy-officer]\n    purposes",
                        "roles: [privacy-oficer]\n    purposes",
                        "reveal.yaml:19:13: error: no caller has the role 'privacy-oficer'; callers have physician, privacy-officer"),
                new Bad(
                        "a grant for a purpose without a ground",
                        "reveal.yaml",
                        "purposes: [payment, treatment]",
                        "purposes: [payment, newsletter]",
                        "reveal.yaml:20:25: error: nothing of dataset 'fhir-patient' may be revealed for 'newsletter': the purpose has no HIPAA permission (45 CFR 164.502(a))"),
                new Bad(
                        "a grant for de-identified records alone",
                        "reveal.yaml",
                        "purposes: [payment, treatment]",
                        "purposes: [payment, research]",
                        "reveal.yaml:20:25: error: nothing of dataset 'fhir-patient' may be revealed for 'research': the purpose is for de-identified records only (45 CFR 164.502(d)(2))"),
                new Bad(
                        "a grant on views that nobody gets",
                        "reveal.yaml",
                        "released-for: [treatment]\n    datasets",
                        "released-for: [emergency-treatment]\n    datasets",
                        "reveal.yaml:21:20: error: no recipient gets views for 'emergency-treatment'; recipients do for newsletter, payment, research, treatment"),
                new Bad(
                        "a class that a grant misspells",
                        "reveal.yaml",
                        "classes: [identifier.ssn]",
                        "classes: [identifier.snn]",
                        "reveal.yaml:23:15: error: class 'identifier.snn' does not exist; did you mean 'identifier.ssn'?"),
                new Bad(
                        "a caller with the name of nobody",
                        "reveal.yaml",
                        "  grace:",
                        "  unknown:",
                        "reveal.yaml:9:3: error: 'unknown' stands in entries for callers that the rulebook does not know; choose another id"),
                new Bad(
                        "an identity of two callers",
                        "reveal.yaml",
                        "spiffe://sluice.dev/staff/grace",
                        "spiffe://sluice.dev/officer/ada",
                        "reveal.yaml:11:18: error: identity 'spiffe://sluice.dev/officer/ada' is that of caller 'ada' too"),
                new Bad(
                        "an emergency that its opener alone reviews",
                        "reveal.yaml",
                        "reviewers: [privacy-officer]",
                        "reviewers: [physician]",
                        "reveal.yaml:36:3: error: 'grace' may open an emergency access and is the only one who may review it; nobody reviews their own"),
                new Bad(
                        "a reader's role that nobody holds",
                        "access.yaml",
                        "roles: [auditor, privacy-officer]\n    reads",
                        "roles: [auditor, privacy-oficer]\n    reads",
                        "access.yaml:20:22: error: no reader has the role 'privacy-oficer'; readers have auditor, privacy-officer"),
                new Bad(
                        "a reader with the name of nobody",
                        "access.yaml",
                        "  alan:",
                        "  unknown:",
                        "access.yaml:11:3: error: 'unknown' stands in entries for readers that the rulebook does not know; choose another id"),
                new Bad(
                        "an identity of two readers",
                        "access.yaml",
                        "spiffe://sluice.dev/auditor/alan",
                        "spiffe://sluice.dev/officer/ada",
                        "access.yaml:13:18: error: identity 'spiffe://sluice.dev/officer/ada' is that of reader 'ada' too"),
                new Bad(
                        "a typo in a reference",
                        "recipients/marketing.yaml",
                        "purpose: newsletter",
                        "purpose: newslettr",
                        "recipients/marketing.yaml:3:1: error: purpose 'newslettr' does not exist; did you mean 'newsletter'?"),
                new Bad(
                        "a typo in a class",
                        "protections/care-fhir.yaml",
                        "identifier.email: keep",
                        "identifier.emial: keep",
                        "protections/care-fhir.yaml:24:3: error: class 'identifier.emial' does not exist; did you mean 'identifier.email'?"),
                new Bad(
                        "a group with the name of a dataset",
                        "catalog/fhir-observation.yaml",
                        "name: fhir,",
                        "name: orders,",
                        "catalog/fhir-observation.yaml:7:1: error: group 'orders' has the name of a dataset; an address must mean one thing"),
                new Bad(
                        "a group that two datasets tell apart differently",
                        "catalog/fhir-patient.yaml",
                        "at: /resourceType",
                        "at: /type",
                        "catalog/fhir-patient.yaml:9:1: error: group 'fhir' is told apart at /type here and at /resourceType by dataset 'fhir-observation'"),
                new Bad(
                        "a value of a group that means two datasets",
                        "catalog/fhir-patient.yaml",
                        "value: Patient",
                        "value: Observation",
                        "catalog/fhir-patient.yaml:9:1: error: value 'Observation' of group 'fhir' already means dataset 'fhir-observation'"),
                new Bad(
                        "an unknown transform",
                        "protections/care-fhir.yaml",
                        "identifier.passport: redact",
                        "identifier.passport: redakt",
                        "protections/care-fhir.yaml:34:3: error: unknown transform 'redakt'; did you mean 'redact'?"),
                new Bad(
                        "an unknown variant",
                        "protections/research-fhir.yaml",
                        "date.death: generalise.year",
                        "date.death: generalise.decade",
                        "protections/research-fhir.yaml:23:3: error: unknown transform 'generalise.decade'"),
                new Bad(
                        "a transform that the profile forbids",
                        "protections/research-fhir.yaml",
                        "date.service: generalise.age90",
                        "date.service: keep",
                        "protections/research-fhir.yaml:24:3: error: profile 'hipaa-safe-harbor' does not allow 'keep' for class date.service, but generalise.year, generalise.age90 (45 CFR 164.514(b)(2))"),
                new Bad(
                        "a class that the profile does not name",
                        "protections/research-fhir.yaml",
                        "  geo.state: keep",
                        "  geo.state: keep\n  identifier.name: keep",
                        "protections/research-fhir.yaml:21:3: error: profile 'hipaa-safe-harbor' does not allow 'keep' for class identifier.name, but only redact and drop (45 CFR 164.514(b)(2))"),
                new Bad(
                        "free text that nothing looks into",
                        "protections/care-fhir.yaml",
                        "  text.display: keep",
                        "  text.display: keep\n  text.note: keep",
                        "protections/care-fhir.yaml:41:3: error: class text.note is free text, which may hold anything about anybody: use mask.identifiers, which looks inside, or encrypt, redact or drop"),
                new Bad(
                        "free text by its field",
                        "protections/billing-fhir.yaml",
                        "  /link/*/type: drop",
                        "  /link/*/type: drop\n  /text/div: {transform: mask, keep-first: 9}",
                        "protections/billing-fhir.yaml:59:3: error: class text.narrative is free text, which may hold anything about anybody: use mask.identifiers, which looks inside, or encrypt, redact or drop"),
                new Bad(
                        "looking inside what is no text",
                        "protections/care-fhir.yaml",
                        "identifier.passport: redact",
                        "identifier.passport: mask.identifiers",
                        "protections/care-fhir.yaml:34:3: error: 'mask.identifiers' looks inside free text, and identifier.passport is none; use mask"),
                new Bad(
                        "looking inside a picture",
                        "protections/billing-fhir.yaml",
                        "  /link/*/type: drop",
                        "  /link/*/type: drop\n  /photo/*/data: mask.identifiers",
                        "protections/billing-fhir.yaml:59:3: error: 'mask.identifiers' looks inside free text, and identifier.image is none; use mask"),
                new Bad(
                        "a text for billing that its profile closes",
                        "protections/billing-fhir.yaml",
                        "  payment: keep",
                        "  payment: keep\n  text.note: mask.identifiers",
                        "protections/billing-fhir.yaml:34:3: error: profile 'minimum-necessary-payment' does not allow 'mask.identifiers' for class text.note, but only redact and drop (45 CFR 164.502(b), 164.514(d))"),
                new Bad(
                        "a text in a de-identifying profile",
                        "profiles/hipaa-safe-harbor.yaml",
                        "  record: [keep]",
                        "  record: [keep]\n  text.note: [mask.identifiers]",
                        "profiles/hipaa-safe-harbor.yaml:24:3: error: 'mask.identifiers' masks the identifiers that are known or have a known form and leaves the rest of a text: that de-identifies nothing (45 CFR 164.514(b)(2)); use redact or drop"),
                new Bad(
                        "a derived code in a de-identifying profile",
                        "profiles/hipaa-safe-harbor.yaml",
                        "code.record: [pseudonymise]",
                        "code.record: [tokenise]",
                        "profiles/hipaa-safe-harbor.yaml:16:3: error: 'tokenise' is derived from the person's data or can be undone: 45 CFR 164.514(c) forbids that of a de-identified record"),
                new Bad(
                        "an unkeyed hash",
                        "protections/care-fhir.yaml",
                        "identifier.passport: redact",
                        "identifier.passport: sha256",
                        "protections/care-fhir.yaml:34:3: error: 'sha256' has no key: whoever guesses a value finds its hash again; use tokenise, which has one"),
                new Bad(
                        "a token without a domain, and so without a key",
                        "protections/care-fhir.yaml",
                        "{transform: tokenise, domain: care-identity}",
                        "tokenise",
                        "protections/care-fhir.yaml:33:3: error: transform 'tokenise' needs 'domain', which names its key"),
                new Bad(
                        "a token of few values under a key of the ring",
                        "protections/care-fhir.yaml",
                        "identifier.passport: redact",
                        "identifier.passport: {transform: tokenise, domain: passports}",
                        "protections/care-fhir.yaml:34:3: error: class identifier.passport has few values, and whoever has the key of 'tokenise' can try them all: add key: kms, which has the KMS hold a key for this domain alone, or use pseudonymise"),
                new Bad(
                        "a token of few values by a parent of their class",
                        "protections/care-fhir.yaml",
                        "  geo: keep",
                        "  geo: {transform: tokenise, domain: places}",
                        "protections/care-fhir.yaml:36:3: error: class geo.birthplace has few values, and whoever has the key of 'tokenise' can try them all: add key: kms, which has the KMS hold a key for this domain alone, or use pseudonymise"),
                new Bad(
                        "a domain of two epochs",
                        "protections/care-fhir.yaml",
                        "  record: keep",
                        "  record: keep\n  biometric: {transform: tokenise, domain: care-identity, epoch: 2}",
                        "protections/care-fhir.yaml:42:3: error: another rule gives the domain 'care-identity' of 'tokenise' another epoch or key: what it makes would not join with what this one makes"),
                new Bad(
                        "format-preserving encryption that is switched off",
                        "protections/care-fhir.yaml",
                        "identifier.licence: {transform: tokenise, domain: care-identity}",
                        "identifier.licence: {transform: tokenise-fpe, domain: licences, min-length: 9}",
                        "protections/care-fhir.yaml:33:3: error: 'tokenise-fpe' is switched off: set protection.fpe.enabled in sluice.yaml once the patent note in docs/specs/rulebook.md is read, or use tokenise"),
                new Bad(
                        "format-preserving encryption of too few values",
                        "protections/care-fhir.yaml",
                        "identifier.licence: {transform: tokenise, domain: care-identity}",
                        "identifier.licence: {transform: tokenise-fpe, domain: licences, min-length: 9, keep-last: 4}",
                        "protections/care-fhir.yaml:33:3: error: 'tokenise-fpe': FF1 would choose among 100000 values, and NIST SP 800-38G Rev. 1 asks for 1000000: keep fewer characters, or use tokenise"),
                new Bad(
                        "a parameter out of its range",
                        "protections/care-fhir.yaml",
                        "identifier.phone: {transform: mask, keep-last: 4}",
                        "identifier.phone: {transform: mask, keep-last: 4000}",
                        "protections/care-fhir.yaml:22:3: error: 'keep-last' of 'mask' must be an integer from 0 to 1000"),
                new Bad(
                        "a mask of two characters",
                        "protections/care-fhir.yaml",
                        "identifier.phone: {transform: mask, keep-last: 4}",
                        "identifier.phone: {transform: mask, char: xx}",
                        "protections/care-fhir.yaml:22:3: error: 'char' of 'mask' must be one character"),
                new Bad(
                        "a constant that is empty",
                        "protections/care-fhir.yaml",
                        "identifier.passport: redact",
                        "identifier.passport: {transform: redact, text: \"\"}",
                        "protections/care-fhir.yaml:34:3: error: 'text' of 'redact' must be a text of 1 to 1000 characters"),
                new Bad(
                        "a date shift in Safe Harbor",
                        "profiles/hipaa-safe-harbor.yaml",
                        "date: [generalise.year, generalise.age90]",
                        "date: [generalise.year, date-shift]",
                        "profiles/hipaa-safe-harbor.yaml:14:3: error: 'date-shift' leaves month and day, and of a date only the year may stay: 45 CFR 164.514(b)(2)(i)(C)"),
                new Bad(
                        "a date shift where nobody is the subject",
                        "protections/care-providers.yaml",
                        "identifier.email: keep",
                        "identifier.email: {transform: date-shift, domain: stays}",
                        "protections/care-providers.yaml:11:3: error: 'date-shift' is made for each subject, and dataset 'fhir-organization' has none"),
                new Bad(
                        "codes that a de-identified recipient would share",
                        "protections/care-providers.yaml",
                        "  code: keep",
                        "  code: {transform: pseudonymise, domain: research}",
                        "protections/research-fhir.yaml:38:3: error: the domain 'research' of 'pseudonymise' is that of recipient 'care' too, and a profile of one of them de-identifies: two who share codes can join what each of them got (45 CFR 164.514(c)); name another domain"),
                new Bad(
                        "a parameter that is missing",
                        "protections/care-fhir.yaml",
                        "{transform: encrypt, domain: care-identity}",
                        "encrypt",
                        "protections/care-fhir.yaml:32:3: error: transform 'encrypt' needs 'domain', which names its key"),
                new Bad(
                        "a subject's own key with the domain of another",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, domain: care-identity}",
                        "identifier.ssn: {transform: encrypt, key: subject, domain: care-identity}",
                        "protections/care-fhir.yaml:32:3: error: 'encrypt' with key: subject has no domain: the key is the subject's own; leave one of them out"),
                new Bad(
                        "a subject's own key that need not commit",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, domain: care-identity}",
                        "identifier.ssn: {transform: encrypt, key: subject, commit: false}",
                        "protections/care-fhir.yaml:32:3: error: 'encrypt' with key: subject always commits to its key: leave commit out"),
                new Bad(
                        "a subject's own key bound to no subject",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, domain: care-identity}",
                        "identifier.ssn: {transform: encrypt, key: subject, bind: dataset}",
                        "protections/care-fhir.yaml:32:3: error: 'encrypt' with key: subject is of one subject, and bind: dataset of none: use record or subject"),
                new Bad(
                        "a subject's own key in records about nobody",
                        "protections/care-providers.yaml",
                        "  code: keep",
                        "  code: {transform: encrypt, key: subject}",
                        "protections/care-providers.yaml:15:3: error: 'encrypt' is made for each subject, and dataset 'fhir-organization' has none"),
                new Bad(
                        "a key that no encryption has",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, domain: care-identity}",
                        "identifier.ssn: {transform: encrypt, domain: care-identity, key: kms}",
                        "protections/care-fhir.yaml:32:3: error: 'key' of 'encrypt' must be subject"),
                new Bad(
                        "a parameter that the transform has not",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, ",
                        "identifier.ssn: {transform: encrypt, keep-last: 4, ",
                        "protections/care-fhir.yaml:32:3: error: transform 'encrypt' has no parameter 'keep-last'"),
                new Bad(
                        "a deterministic encryption bound to what is never equal",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, ",
                        "identifier.ssn: {transform: encrypt-deterministic, key: kms, bind: record, ",
                        "protections/care-fhir.yaml:32:3: error: 'bind' of 'encrypt-deterministic' must be dataset or subject"),
                new Bad(
                        "a deterministic encryption of few values",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, ",
                        "identifier.ssn: {transform: encrypt-deterministic, ",
                        "protections/care-fhir.yaml:32:3: error: class identifier.ssn has few values, and whoever has the key of 'encrypt-deterministic' can try them all: add key: kms, which has the KMS hold a key for this domain alone, or use pseudonymise"),
                new Bad(
                        "a parameter of the other encryption",
                        "protections/care-fhir.yaml",
                        "identifier.ssn: {transform: encrypt, ",
                        "identifier.ssn: {transform: encrypt-deterministic, key: kms, commit: true, ",
                        "protections/care-fhir.yaml:32:3: error: transform 'encrypt-deterministic' has no parameter 'commit'"),
                new Bad(
                        "a duplicate key",
                        "recipients/care.yaml",
                        "country: US",
                        "country: US\ncountry: CA",
                        "recipients/care.yaml:7:1: error: key 'country' stands twice; first in line 6"),
                new Bad(
                        "an anchor",
                        "recipients/care.yaml",
                        "country: US",
                        "country: &here US",
                        "recipients/care.yaml:6:10: error: anchor &here: anchors are not allowed; write the value out"),
                new Bad(
                        "a tag",
                        "recipients/care.yaml",
                        "country: US",
                        "country: !!int US",
                        "recipients/care.yaml:6:10: error: tags (!) are not allowed"),
                new Bad(
                        "a value that is missing",
                        "recipients/care.yaml",
                        "country: US",
                        "country:",
                        "recipients/care.yaml:6:9: error: a value is missing; leave the key out, or write text in quotes"),
                new Bad(
                        "a country that is none",
                        "recipients/care.yaml",
                        "country: US",
                        "country: Usa",
                        "recipients/care.yaml:6:1: error: 'Usa' is not of the form ^[A-Z]{2}$"),
                new Bad(
                        "a role that is none",
                        "recipients/care.yaml",
                        "role: workforce",
                        "role: workforse",
                        "recipients/care.yaml:7:1: error: 'workforse' must be one of workforce, provider, processor, business-associate, joint-controller, third-party; did you mean 'workforce'?"),
                new Bad(
                        "a processor without an agreement",
                        "recipients/marketing.yaml",
                        "agreement: {kind: dpa, ref: DPA-12, until: 2031-12-31}\n",
                        "",
                        "recipients/marketing.yaml:7:1: error: a processor needs an 'agreement'; without one it gets nothing"),
                new Bad(
                        "a day that is none",
                        "recipients/marketing.yaml",
                        "until: 2031-12-31",
                        "until: 2031-02-30",
                        "recipients/marketing.yaml:8:37: error: '2031-02-30' is no day of the calendar"),
                new Bad(
                        "consent without its text",
                        "purposes/newsletter.yaml",
                        "basis: A6-1-a",
                        "basis: A6-1-f, balancing: LIA-1",
                        "purposes/newsletter.yaml:5:1: error: 'consent' stands beside a basis that is not consent (A6-1-a)"),
                new Bad(
                        "legitimate interests without their test",
                        "purposes/research.yaml",
                        ", balancing: LIA-2026-03 Research on de-identified records",
                        "",
                        "purposes/research.yaml:7:1: error: basis A6-1-f (legitimate interests) needs 'balancing', the reference of its test"),
                new Bad(
                        "an exemption from an objection to marketing",
                        "purposes/newsletter.yaml",
                        "from: [order-fulfilment]",
                        "from: [order-fulfilment]\nobjection: {exempt: we like it}",
                        "purposes/newsletter.yaml:7:1: error: an objection to direct marketing is absolute (Art. 21(3)): no exemption"),
                new Bad(
                        "an attribute that would betray health",
                        "catalog/orders.yaml",
                        "channel: {at: /channel, values: [web, app, store, phone]}",
                        "line: {at: \"/lines/[category=pharmacy]/**\", values: [pharmacy]}",
                        "catalog/orders.yaml:17:3: error: attribute 'line' is of class health.pharmacy (special-category): it would stand in headers and in the audit log"),
                new Bad(
                        "an attribute of a field that is not declared",
                        "catalog/orders.yaml",
                        "channel: {at: /channel,",
                        "channel: {at: /chanel,",
                        "catalog/orders.yaml:17:3: error: attribute 'channel' is at /chanel, which 'fields' does not declare"),
                new Bad(
                        "a pattern that does not parse",
                        "catalog/orders.yaml",
                        "  /note: text.note",
                        "  /note/**/x: text.note",
                        "catalog/orders.yaml:42:3: error: '**' stands only as the last segment: /note/**/x"),
                new Bad(
                        "a dataset that extends nothing",
                        "catalog/fhir-patient.yaml",
                        "extends: fhir-resource",
                        "extends: fhir-resorce",
                        "catalog/fhir-patient.yaml:5:1: error: catalog file 'fhir-resorce' does not exist; did you mean 'fhir-resource'?"),
                new Bad(
                        "a grant for a purpose that it is not collected for",
                        "producers/lab.yaml",
                        "fhir-observation: [treatment]",
                        "fhir-observation: [newsletter]",
                        "producers/lab.yaml:7:22: error: dataset 'fhir-observation' is not collected for 'newsletter', but for treatment, payment, emergency-treatment"),
                new Bad(
                        "an identity of two producers",
                        "producers/lab.yaml",
                        "producer/lab",
                        "producer/webshop",
                        "producers/webshop.yaml:4:14: error: identity 'spiffe://sluice.dev/producer/webshop' is that of producer 'lab' too"),
                new Bad(
                        "a quota of a dataset that is not granted",
                        "producers/lab.yaml",
                        "quota: {events-per-second: 1000}",
                        "quota: {bytes-per-second: 1000, burst-seconds: 2, datasets: {orders: {events-per-second: 1}}}",
                        "producers/lab.yaml:9:62: error: the quota is of dataset 'orders', which 'datasets' does not grant; remove it or grant the dataset"),
                new Bad(
                        "a file under another name",
                        "producers/lab.yaml",
                        "producer: lab",
                        "producer: laboratory",
                        "producers/lab.yaml:2:1: error: 'laboratory' must stand in producers/laboratory.yaml"),
                new Bad(
                        "a number where the schema wants one",
                        "approvers.yaml",
                        "required: 1",
                        "required: one",
                        "approvers.yaml:3:1: error: 'one' must be a whole number"),
                new Bad(
                        "a parent without its parameter",
                        "protections/care-fhir.yaml",
                        "  identifier.name: keep",
                        "  identifier: encrypt\n  identifier.name: keep",
                        "protections/care-fhir.yaml:19:3: error: transform 'encrypt' needs 'domain', which names its key"),
                new Bad(
                        "an alias",
                        "recipients/care.yaml",
                        "country: US",
                        "country: *here",
                        "recipients/care.yaml:6:10: error: alias *here: aliases are not allowed; write the value out"),
                new Bad(
                        "a boolean of YAML 1.1",
                        "recipients/care.yaml",
                        "re-identification: true",
                        "re-identification: yes",
                        "recipients/care.yaml:8:1: error: 'yes' must be true or false"),
                new Bad(
                        "an octal number of YAML 1.1",
                        "approvers.yaml",
                        "required: 1",
                        "required: 01",
                        "approvers.yaml:3:1: error: '01' must be a whole number"),
                new Bad(
                        "a number in base sixty of YAML 1.1",
                        "approvers.yaml",
                        "required: 1",
                        "required: 1:30",
                        "approvers.yaml:3:1: error: '1:30' must be a whole number"),
                new Bad(
                        "a number with a point",
                        "approvers.yaml",
                        "required: 1",
                        "required: 1.0",
                        "approvers.yaml:3:1: error: '1.0' must be a whole number"),
                new Bad(
                        "a number with a separator of YAML 1.1",
                        "approvers.yaml",
                        "required: 1",
                        "required: 1_0",
                        "approvers.yaml:3:1: error: '1_0' must be a whole number"),
                new Bad(
                        "a null",
                        "recipients/care.yaml",
                        "country: US",
                        "country: ~",
                        "recipients/care.yaml:6:10: error: a value is missing; leave the key out, or write text in quotes"),
                new Bad(
                        "a tab",
                        "recipients/care.yaml",
                        "country: US",
                        "country:\n\t- US",
                        "recipients/care.yaml:7:1: error: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"),
                new Bad(
                        "a list where a text is wanted",
                        "recipients/care.yaml",
                        "country: US",
                        "country: [US]",
                        "recipients/care.yaml:6:1: error: the value must be text"),
                new Bad(
                        "a text where a list is wanted",
                        "protections/care-fhir.yaml",
                        "classes:\n",
                        "classes: keep\nx:\n",
                        "protections/care-fhir.yaml:19:1: error: unknown key 'x'"),
                new Bad(
                        "a member that is missing",
                        "recipients/care.yaml",
                        "role: workforce\n",
                        "",
                        "recipients/care.yaml:1:1: error: 'role' is missing"),
                new Bad(
                        "a protection for nobody",
                        "protections/care-fhir.yaml",
                        "recipient: care",
                        "recipient: caer",
                        "protections/care-fhir.yaml:5:1: error: recipient 'caer' does not exist; did you mean 'care'?"),
                new Bad(
                        "a profile that does not exist",
                        "protections/research-fhir.yaml",
                        "profile: hipaa-safe-harbor",
                        "profile: hipaa-safe-harbour",
                        "protections/research-fhir.yaml:17:1: error: profile 'hipaa-safe-harbour' does not exist; did you mean 'hipaa-safe-harbor'?"),
                new Bad(
                        "a protection of a dataset that does not exist",
                        "protections/marketing-orders.yaml",
                        "datasets: [orders]",
                        "datasets: [order]",
                        "protections/marketing-orders.yaml:3:12: error: dataset 'order' does not exist; did you mean 'orders'?"),
                new Bad(
                        "a rule on a field that nothing declares",
                        "protections/marketing-orders.yaml",
                        "envelope:",
                        "fields:\n  /placedOn: keep\nenvelope:",
                        "protections/marketing-orders.yaml:15:3: error: none of its datasets declares the field /placedOn; did you mean '/placedAt'?"),
                new Bad(
                        "an envelope that knows no such grain",
                        "protections/marketing-orders.yaml",
                        "time: day",
                        "time: days",
                        "protections/marketing-orders.yaml:14:12: error: 'days' must be one of keep, day, year; did you mean 'day'?"),
                new Bad(
                        "a class that a catalog misspells",
                        "catalog/orders.yaml",
                        "/total: commerce.total",
                        "/total: commerce.totals",
                        "catalog/orders.yaml:25:3: error: class 'commerce.totals' does not exist; did you mean 'commerce.total'?"),
                new Bad(
                        "a class without its parent",
                        "classes.yaml",
                        "  geo.zip:",
                        "  goe.zip:",
                        "classes.yaml:44:3: error: class 'goe.zip' has the parent 'goe', which does not exist"),
                new Bad(
                        "a schema that is not there",
                        "catalog/orders.yaml",
                        "payloads/orders.schema.json",
                        "payloads/order.schema.json",
                        "catalog/orders.yaml:9:1: error: file 'payloads/order.schema.json' does not exist; did you mean 'payloads/orders.schema.json'?"),
                new Bad(
                        "a schema of another dialect",
                        "payloads/orders.schema.json",
                        "https://json-schema.org/draft/2020-12/schema",
                        "http://json-schema.org/draft-07/schema#",
                        "payloads/orders.schema.json: error: /$schema: 'http://json-schema.org/draft-07/schema#' is another dialect; write it in JSON Schema 2020-12, \"https://json-schema.org/draft/2020-12/schema\""),
                new Bad(
                        "a schema with a keyword that is none of its kind",
                        "payloads/orders.schema.json",
                        "\"total\": {\"type\": \"number\", \"minimum\": 0}",
                        "\"total\": {\"type\": \"number\", \"minimum\": \"0\"}",
                        "payloads/orders.schema.json: error: /properties/total/minimum: '0' must be number"),
                new Bad(
                        "a schema with a pattern that cannot be read",
                        "payloads/orders.schema.json",
                        "^[A-Z]{3}$",
                        "^[A-Z{3}$",
                        "payloads/orders.schema.json: error: /properties/currency/pattern: '^[A-Z{3}$' is no regular expression: Unclosed character class"),
                new Bad(
                        "a schema that refers to another place",
                        "payloads/orders.schema.json",
                        "\"note\": {\"type\": \"string\", \"maxLength\": 2000}",
                        "\"note\": {\"$ref\": \"https://elsewhere.example/note.json\"}",
                        "payloads/orders.schema.json: error: Schema from 'https://elsewhere.example/note.json' is not allowed to be loaded. A payload's schema stands in one file: put it below $defs."),
                new Bad(
                        "a table that is not there",
                        "protections/research-fhir.yaml",
                        "table: zip3-us-census-2020",
                        "table: zip3-us-census-2010",
                        "protections/research-fhir.yaml:21:3: error: table 'zip3-us-census-2010' does not exist; did you mean 'zip3-us-census-2020'?"),
                new Bad(
                        "an adequacy decision that there is not",
                        "recipients/marketing.yaml",
                        "country: NO\nrole",
                        "country: BR\ntransfer: {tool: A45-3}\nrole",
                        "recipients/marketing.yaml:7:12: error: tool A45-3 needs an adequacy decision, and tables/countries.yaml has none for BR"),
                new Bad(
                        "a scenario on no day",
                        "scenarios/newsletter.yaml",
                        "day: 2026-11-23",
                        "day: 2026-11-31",
                        "scenarios/newsletter.yaml:3:1: error: '2026-11-31' is no day of the calendar"),
                new Bad(
                        "a scenario that expects no such thing",
                        "scenarios/newsletter.yaml",
                        "disposition: release",
                        "disposition: released",
                        "scenarios/newsletter.yaml:11:9: error: 'released' must be one of release, withhold, quarantine; did you mean 'release'?"),
                new Bad(
                        "a step that a scenario does not know",
                        "scenarios/newsletter.yaml",
                        "  - choose: {kind: consent, purposes: [newsletter]}",
                        "  - chose: {kind: consent, purposes: [newsletter]}",
                        "scenarios/newsletter.yaml:7:5: error: unknown key 'chose'; did you mean 'choose'?"),
                new Bad(
                        "not YAML",
                        "recipients/care.yaml",
                        "country: US",
                        "country: [US",
                        "recipients/care.yaml:7:5: error: not YAML: expected ',' or ']', but got :"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isToldWhereAndWhat(Bad bad) throws IOException {
        Path file = shared.resolve(bad.file());
        String text = Files.readString(file);
        assertThat(text).contains(bad.good());
        try {
            Files.writeString(file, text.replace(bad.good(), bad.broken()));
            assertThat(report(shared).lines().toList()).contains(bad.message());
        } finally {
            Files.writeString(file, text);
        }
    }

    /** What YAML 1.1 would take for a boolean, an octal number or a date is text here. */
    @Test
    void theSchemaTypesTheScalars() {
        var countries =
                Shipped.rulebook().document().path("tables").path("countries").path("eea");
        assertThat(countries)
                .anyMatch(country -> country.isTextual() && country.asText().equals("NO"));
        assertThat(Shipped.rulebook()
                        .document()
                        .path("recipients")
                        .path("marketing")
                        .path("country")
                        .asText())
                .isEqualTo("NO");
        assertThat(Shipped.rulebook()
                        .document()
                        .path("tables")
                        .path("zip3-us-census-2020")
                        .path("restricted"))
                .anyMatch(prefix -> prefix.isTextual() && prefix.asText().equals("036"));
        assertThat(Shipped.rulebook()
                        .document()
                        .path("purposes")
                        .path("newsletter")
                        .path("direct-marketing")
                        .isBoolean())
                .isTrue();
    }

    @Test
    void anUnknownFileAndALinkAreTold(@TempDir Path folder) throws IOException {
        copyShipped(folder);
        Files.writeString(folder.resolve("recipients/care.yml"), "recipient: care\n");
        Files.createSymbolicLink(folder.resolve("purposes/link.yaml"), folder.resolve("classes.yaml"));
        assertThat(report(folder).lines().toList())
                .contains(
                        "purposes/link.yaml: error: not a regular file of at most 1000000 bytes",
                        "recipients/care.yml: error: no rulebook file is of this name; see docs/specs/rulebook.md");
    }

    @Test
    void aMilderRuleUnderAStricterOneIsAWarning(@TempDir Path folder) throws IOException {
        copyShipped(folder);
        Path file = folder.resolve("protections/care-fhir.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("  identifier.name: keep", "  identifier: redact\n  identifier.name: keep"));
        CheckReport report = RulebookChecker.check(RulebookLoader.load(folder));
        assertThat(report.errors()).isEmpty();
        assertThat(report.text().lines().toList())
                .contains(
                        "protections/care-fhir.yaml:20:3: warning: the rule does nothing: 'redact' of its parent identifier is stricter");
    }

    @Test
    void whatIsSwitchedOnAndWellHeldPasses(@TempDir Path folder) throws IOException {
        copyShipped(folder);
        Path file = folder.resolve("protections/care-fhir.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "identifier.passport: redact",
                                "identifier.passport: {transform: tokenise-fpe, domain: passports, min-length: 9, key: kms}")
                        .replace("  date: keep", "  date: {transform: date-shift, domain: stays, days: 90}"));
        assertThat(RulebookChecker.check(RulebookLoader.load(folder), new Features(true))
                        .text())
                .isEmpty();
    }

    @Test
    void encryptionMayKeepEqualValuesEqual(@TempDir Path folder) throws IOException {
        copyShipped(folder);
        Path file = folder.resolve("protections/care-fhir.yaml");
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.replace(
                        "identifier.ssn: {transform: encrypt, ",
                        "identifier.ssn: {transform: encrypt-deterministic, key: kms, bind: subject, pad: true, "));
        assertThat(RulebookChecker.check(RulebookLoader.load(folder)).text()).isEmpty();
    }

    @Test
    void aTextMayBeOpenedByWhatLooksInside(@TempDir Path folder) throws IOException {
        copyShipped(folder);
        Path file = folder.resolve("protections/care-fhir.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "  text.display: keep",
                                "  text.display: keep\n  text.note: mask.identifiers\n  text.narrative: mask.identifiers"));
        assertThat(RulebookChecker.check(RulebookLoader.load(folder)).text()).isEmpty();
    }

    private static String report(Path folder) {
        try {
            return RulebookChecker.check(RulebookLoader.load(folder)).text();
        } catch (RulebookInvalidException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void copyShipped(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(Shipped.FOLDER)) {
            paths.forEach(path -> {
                try {
                    Path copy = folder.resolve(Shipped.FOLDER.relativize(path).toString());
                    if (Files.isDirectory(path)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.write(
                                copy,
                                Files.readString(path, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    record Bad(String name, String file, String good, String broken, String message) {
        @Override
        public String toString() {
            return name;
        }
    }
}
