package sluice_test

import data.sluice

# A small rulebook of its own, so that these tests say what the rules do and not what is shipped.
rulebook := {
	"classes": {
		"identifier": {"kind": "direct-identifier", "ancestors": ["identifier"]},
		"identifier.name": {"kind": "direct-identifier", "ancestors": ["identifier.name", "identifier"]},
		"geo.zip": {"kind": "quasi-identifier", "ancestors": ["geo.zip"]},
		"health": {"kind": "special-category", "ancestors": ["health"]},
		"health.code": {"kind": "special-category", "ancestors": ["health.code", "health"]},
		"criminal": {"kind": "criminal", "ancestors": ["criminal"]},
		"text": {"kind": "direct-identifier", "ancestors": ["text"]},
	},
	"controllers": {"clinic": {}},
	"purposes": {
		"care": {"hipaa": {"permission": "45 CFR 164.506(c)", "accounting528": "tpo"}, "gdpr6": {"basis": "A6-1-c"}, "gdpr9": {"condition": "A9-2-h"}, "objection": {"exempt": "none grants it"}, "restriction": {"exceptions": [{"purpose": "emergency", "clause": "Art. 18(2)"}]}},
		"emergency": {},
		"study": {"hipaa": {"permission": "45 CFR 164.502(d)(2)", "requires": "de-identified"}, "from": ["care"]},
		"ads": {"gdpr6": {"basis": "A6-1-a"}, "consent": {"version": "v1"}, "direct-marketing": true, "from": ["care"], "objection": {"exempt": "ignored"}},
		"stats": {"gdpr6": {"basis": "A6-1-f"}, "from": ["care"]},
	},
	"datasets": {"visits": {
		"controller": "clinic", "regimes": ["gdpr", "hipaa"], "purposes": ["care", "emergency"], "undeclared": "drop",
		"fields": {"/name": ["identifier.name"], "/zip": ["geo.zip"], "/code": ["health.code"], "/words": ["health.code", "text"], "/record": ["criminal"]},
	}},
	"producers": {"desk": {"datasets": {"visits": ["care", "emergency"]}, "choices": ["clinic"]}},
	"recipients": {"ward": {"purpose": "care", "country": "DE", "role": "workforce"}},
	"profiles": {"plain": {"clause": "clause of plain", "de-identifies": true, "allow": {"identifier": [], "geo.zip": ["generalise.zip3"], "health": ["keep"]}, "envelope": {"time": "day", "policy": true}}},
	"protections": {"ward-visits": {"recipient": "ward", "datasets": ["visits"], "classes": {"identifier.name": keep, "health": keep, "geo.zip": keep, "criminal": keep}, "fields": {}, "envelope": {"time": "keep", "subject": "ref", "source": "producer", "key": "ref", "policy": true}}},
	"tables": {"countries": {"eea": ["DE"], "adequacy": ["CH"]}, "zip3": {"restricted": ["036"], "vintage": "2020"}},
}

keep := {"transform": "keep", "params": {}}

question := {
	"day": "2026-11-23", "dataset": "visits", "controller": "clinic", "producer": {"id": "desk", "org": "Desk"}, "purpose": "care",
	"subject": {"consents": [], "objections": [], "restrictions": []}, "attributes": {},
}

# The answer for one recipient of a changed rulebook to a changed question.
answer(recipient, patches, asked) := decision if {
	book := json.patch(rulebook, patches)
	rows := sluice.matrix with data.rulebook as book
	decisions := sluice.release with data.rulebook as book with data.matrix as rows with input as object.union(question, asked)
	decision := decisions[recipient]
}

rules(decision) := {reason.rule | some reason in decision.reasons}

party(purpose, extra) := object.union({"purpose": purpose, "country": "DE", "role": "workforce"}, extra)

protection(recipient, extra) := object.union({"recipient": recipient, "datasets": ["visits"], "classes": {"health": keep, "geo.zip": keep}, "fields": {}, "envelope": {}}, extra)

# A recipient x with a purpose, and its protection.
with_x(purpose, about, says) := [
	{"op": "add", "path": "/recipients/x", "value": party(purpose, about)},
	{"op": "add", "path": "/protections/x-visits", "value": protection("x", says)},
]

test_releases_what_the_protection_opens if {
	decision := answer("ward", [], {})
	decision.disposition == "release"
	decision.fields["/name"] == {"transform": "keep", "params": {}, "rule": "ward-visits#identifier.name"}
	decision.envelope == {"time": "keep", "subject": "ref", "source": "producer", "key": "ref", "policy": true}
	decision.legal == {"purpose": "care", "gdpr6": "A6-1-c", "gdpr9": "A9-2-h", "hipaa": "45 CFR 164.506(c)", "accounting528": "tpo"}
}

test_a_rule_on_a_parent_covers_its_children if {
	answer("ward", [], {}).fields["/code"].rule == "ward-visits#health"
}

test_a_leaf_of_two_classes_is_open_only_where_both_are if {
	answer("ward", [], {}).fields["/words"].transform == "drop"
	opened := [{"op": "add", "path": "/protections/ward-visits/classes/text", "value": keep}]
	answer("ward", opened, {}).fields["/words"].transform == "keep"
}

test_convictions_stay_closed_under_the_gdpr if {
	answer("ward", [], {}).fields["/record"] == {"transform": "drop", "params": {}, "rule": "gdpr/art-9"}
}

test_special_categories_need_a_condition_of_article_9 if {
	bare := [{"op": "remove", "path": "/purposes/care/gdpr9"}]
	answer("ward", bare, {}).fields["/code"].rule == "gdpr/art-9"
	answer("ward", bare, {}).disposition == "release"
}

test_a_profile_is_a_ceiling if {
	patches := [{"op": "add", "path": "/protections/ward-visits/profile", "value": "plain"}]
	decision := answer("ward", patches, {})
	decision.fields["/name"] == {"transform": "drop", "params": {}, "rule": "profile"}
	decision.fields["/zip"].rule == "profile"
	decision.fields["/code"].transform == "keep"
	decision.envelope == {"time": "day", "subject": "drop", "source": "dataset", "key": "id", "policy": true}
	decision.reasons == [{"rule": "ward-visits", "clause": "clause of plain"}]
}

test_a_deidentified_view_in_fhir_carries_labels if {
	plain := {"op": "add", "path": "/protections/ward-visits/profile", "value": "plain"}
	fhir := {"op": "add", "path": "/datasets/visits/format", "value": "fhir"}
	identified := {"op": "remove", "path": "/profiles/plain/de-identifies"}
	answer("ward", [plain, fhir], {}).labels == true
	answer("ward", [plain], {}).labels == false
	answer("ward", [fhir], {}).labels == false
	answer("ward", [plain, fhir, identified], {}).labels == false
}

test_redact_needs_no_permission if {
	patches := [
		{"op": "add", "path": "/protections/ward-visits/profile", "value": "plain"},
		{"op": "replace", "path": "/protections/ward-visits/classes/identifier.name", "value": {"transform": "redact", "params": {}}},
	]
	answer("ward", patches, {}).fields["/name"].transform == "redact"
}

test_of_two_protections_the_strictest_wins if {
	patches := [{"op": "add", "path": "/protections/more", "value": protection("ward", {"classes": {}, "fields": {"/name": {"transform": "mask", "params": {}}}})}]
	answer("ward", patches, {}).fields["/name"] == {"transform": "mask", "params": {}, "rule": "more#/name"}
}

test_the_census_table_becomes_part_of_the_rule if {
	zip3 := {"transform": "generalise.zip3", "params": {"table": "zip3"}}
	patches := [{"op": "replace", "path": "/protections/ward-visits/classes/geo.zip", "value": zip3}]
	answer("ward", patches, {}).fields["/zip"].params == {"restricted": ["036"], "vintage": "2020"}
	lost := array.concat(patches, [{"op": "remove", "path": "/tables/zip3"}])
	answer("ward", lost, {}).fields["/zip"].transform == "drop"
}

test_no_protection_gives_nothing if {
	decision := answer("x", [{"op": "add", "path": "/recipients/x", "value": party("care", {})}], {})
	decision.disposition == "withhold"
	decision.fields == {}
	decision.reasons == [{"rule": "no-protection", "clause": "GDPR Art. 25(2)"}]
}

test_a_purpose_that_is_not_compatible_gives_nothing if {
	rules(answer("ward", [], {"purpose": "emergency"})) == {"purpose-incompatible"}
	told := [{"op": "add", "path": "/purposes/care/from", "value": ["emergency"]}]
	answer("ward", told, {"purpose": "emergency"}).disposition == "release"
}

test_each_regime_wants_its_own_ground if {
	rules(answer("x", with_x("stats", {}, {}), {})) == {"no-permission"}
	rules(answer("x", with_x("study", {}, {"profile": "plain"}), {})) == {"no-legal-basis"}
}

test_a_permission_for_deidentified_records_covers_no_others if {
	hipaa := [{"op": "replace", "path": "/datasets/visits/regimes", "value": ["hipaa"]}]
	rules(answer("x", array.concat(hipaa, with_x("study", {}, {})), {})) == {"not-de-identified"}
	answer("x", array.concat(hipaa, with_x("study", {}, {"profile": "plain"})), {}).disposition == "release"
}

gdpr := [{"op": "replace", "path": "/datasets/visits/regimes", "value": ["gdpr"]}]

ads(asked) := answer("x", array.concat(gdpr, with_x("ads", {}, {})), {"subject": object.union(question.subject, asked)})

test_consent_opens_and_its_absence_closes if {
	rules(ads({})) == {"no-consent"}
	rules(ads({"consents": ["stats"]})) == {"no-consent"}
	ads({"consents": ["ads"]}).disposition == "release"
	ads({"consents": ["ads"]}).legal == {"purpose": "ads", "gdpr6": "A6-1-a", "consent": "v1"}
}

test_an_objection_to_direct_marketing_is_absolute if {
	rules(ads({"consents": ["ads"], "objections": ["ads"]})) == {"objection-direct-marketing"}
	rules(ads({"consents": ["ads"], "objections": ["*"]})) == {"objection-direct-marketing"}
}

test_an_objection_holds_unless_the_purpose_is_exempt if {
	stats := answer("x", array.concat(gdpr, with_x("stats", {}, {})), {"subject": object.union(question.subject, {"objections": ["stats"]})})
	rules(stats) == {"objection"}
	care := answer("ward", [], {"subject": object.union(question.subject, {"objections": ["care"]})})
	care.disposition == "release"
	{"rule": "objection-exempt", "clause": "none grants it"} in care.reasons
}

test_a_restriction_holds_but_in_an_emergency if {
	restricted := {"subject": object.union(question.subject, {"restrictions": ["care"]})}
	rules(answer("ward", [], restricted)) == {"restriction"}
	told := [{"op": "add", "path": "/purposes/care/from", "value": ["emergency"]}]
	decision := answer("ward", told, object.union(restricted, {"purpose": "emergency"}))
	decision.disposition == "release"
	{"rule": "restriction-exception", "clause": "Art. 18(2)"} in decision.reasons
}

processor(agreement) := object.union({"role": "processor"}, agreement)

signed(kind, until) := processor({"agreement": {"kind": kind, "ref": "A-1", "until": until}})

test_a_processor_needs_an_agreement_in_force if {
	rules(answer("x", with_x("care", processor({}), {}), {})) == {"agreement-missing"}
	rules(answer("x", with_x("care", signed("dua", "2030-01-01"), {}), {})) == {"agreement-missing"}
	rules(answer("x", with_x("care", signed("dpa", "2026-11-22"), {}), {})) == {"agreement-expired"}
	answer("x", with_x("care", signed("dpa", "2026-11-23"), {}), {}).disposition == "release"
}

test_a_profile_may_want_an_agreement_of_its_own if {
	wants := [{"op": "add", "path": "/profiles/plain/requires-agreement", "value": ["dua"]}]
	rules(answer("x", array.concat(wants, with_x("care", {}, {"profile": "plain"})), {})) == {"agreement-missing"}
}

test_a_country_outside_needs_a_transfer_tool if {
	rules(answer("x", with_x("care", {"country": "US"}, {}), {})) == {"no-transfer-tool"}
	answer("x", with_x("care", {"country": "US", "transfer": {"tool": "A46-2-c"}}, {}), {}).disposition == "release"
	rules(answer("x", with_x("care", {"country": "US", "transfer": {"tool": "A45-3"}}, {}), {})) == {"no-adequacy-decision"}
	answer("x", with_x("care", {"country": "CH", "transfer": {"tool": "A45-3"}}, {}), {}).disposition == "release"
}

test_what_is_not_admitted_has_no_answer if {
	not answer("ward", [], {"dataset": "other"})
	not answer("ward", [], {"controller": "other"})
	not answer("ward", [], {"producer": {"id": "other"}})
	not answer("ward", [], {"purpose": "stats"})
	not answer("ward", [], {"day": "23.11.2026"})
	not answer("ward", [], {"attributes": null})
	not answer("ward", [], {"subject": null})
}

admitted(asked) := decision if {
	decision := sluice.admission with data.rulebook as rulebook with input as asked
}

test_admission if {
	admitted({"producer": "desk", "dataset": "visits", "purpose": "care"}) == {"allow": true, "purpose": "care"}
	admitted({"producer": "desk", "dataset": "visits"}) == {"allow": false, "code": "purpose-required"}
	admitted({"producer": "desk", "dataset": "visits", "purpose": "ads"}) == {"allow": false, "code": "purpose-not-granted"}
	admitted({"producer": "desk", "dataset": "other"}) == {"allow": false, "code": "dataset-unknown"}
	admitted({"producer": "other", "dataset": "visits"}) == {"allow": false, "code": "denied"}
	admitted({"producer": "desk", "controller": "clinic"}) == {"allow": true}
	admitted({"producer": "desk", "controller": "other"}) == {"allow": false, "code": "choices-not-granted"}
	admitted({}) == {"allow": false, "code": "denied"}
}

test_an_event_cannot_pass_as_a_choice if {
	admitted({"producer": "desk", "controller": "clinic", "dataset": "visits", "purpose": "care"}).allow == false
}
