package sluice.revealing_test

import data.sluice

book := {
	"classes": {
		"identifier": {"kind": "direct-identifier", "ancestors": ["identifier"]},
		"identifier.ssn": {"kind": "direct-identifier", "ancestors": ["identifier.ssn", "identifier"]},
		"identifier.other": {"kind": "direct-identifier", "ancestors": ["identifier.other", "identifier"]},
		"health": {"kind": "special-category", "ancestors": ["health"]},
		"record": {"kind": "criminal", "ancestors": ["record"]},
	},
	"purposes": {
		"payment": {"gdpr6": {"basis": "A6-1-b"}, "hipaa": {"permission": "506(c)", "accounting528": "tpo"}},
		"care": {"gdpr6": {"basis": "A6-1-c"}, "gdpr9": {"condition": "A9-2-h"}, "hipaa": {"permission": "506(c)"}},
		"rescue": {"gdpr6": {"basis": "A6-1-d"}, "gdpr9": {"condition": "A9-2-c"}, "hipaa": {"permission": "506(c)"}},
		"research": {"hipaa": {"permission": "502(d)", "requires": "de-identified"}},
	},
	"datasets": {
		"patients": {"regimes": ["hipaa"], "fields": {
			"/id/[t=SS]/value": ["identifier.ssn"],
			"/id/*/value": ["identifier.other"],
			"/nothing": [],
		}},
		"notes": {"regimes": ["gdpr"], "fields": {"/text": ["health"], "/fine": ["record"], "/name": ["identifier"]}},
	},
	"recipients": {"ward": {"purpose": "care"}},
	"reveal": {
		"callers": {"ada": {"roles": ["officer"]}, "grace": {"roles": ["physician"]}, "bob": {"roles": ["clerk"]}},
		"grants": {
			"ssn": {
				"clause": "C1",
				"roles": ["officer"],
				"purposes": ["payment", "research"],
				"released-for": ["care"],
				"datasets": ["patients"],
				"classes": ["identifier.ssn"],
			},
			"notes": {
				"clause": "C2",
				"roles": ["officer"],
				"purposes": ["payment", "care"],
				"released-for": ["care"],
				"datasets": ["notes"],
				"classes": ["health", "record", "identifier"],
			},
		},
		"emergency": {
			"clause": "C3",
			"roles": ["physician"],
			"purposes": ["rescue"],
			"released-for": ["care"],
			"datasets": ["patients"],
			"classes": ["identifier"],
			"longest-minutes": 60,
			"review-within-hours": 72,
			"reviewers": ["officer"],
		},
	},
}

rows := {"patients": {"ward": {"fields": {
	"/id/[t=SS]/value": {"transform": "encrypt", "params": {"domain": "ids"}},
	"/id/*/value": {"transform": "keep", "params": {}},
}}}}

ssn := {
	"act": "reveal",
	"day": "2026-11-26",
	"caller": "ada",
	"purpose": "payment",
	"dataset": "patients",
	"releasedFor": "care",
	"patterns": ["/id/[t=SS]/value", "/id/*/value"],
	"transform": "encrypt",
	"domain": "ids",
}

note := object.union(ssn, {"dataset": "notes", "patterns": ["/text"], "purpose": "care"})

ask(question) := answer if {
	answer := sluice.reveal with input as question with data.rulebook as book with data.matrix as rows
}

code(changes) := ask(object.union(ssn, changes)).code

test_a_grant_reveals_under_its_clause if {
	ask(ssn) == {
		"allow": true,
		"rule": "ssn",
		"clause": "C1",
		"legal": {"purpose": "payment", "hipaa": "506(c)", "accounting528": "tpo"},
	}
}

test_the_first_of_several_grants_answers if {
	two := object.union(book, {"reveal": {"grants": {"a": book.reveal.grants.ssn}}})
	answer := sluice.reveal with input as ssn with data.rulebook as two with data.matrix as rows
	answer.rule == "a"
}

test_who_is_nobody_gets_nothing if code({"caller": "eve"}) == "caller-unknown"

test_a_role_without_a_grant_gets_nothing if code({"caller": "bob"}) == "not-granted"

test_another_purpose_gets_nothing if code({"purpose": "care"}) == "not-granted"

test_an_unknown_purpose_gets_nothing if code({"purpose": "curiosity"}) == "purpose-unknown"

test_another_view_gets_nothing if code({"releasedFor": "payment"}) == "not-granted"

test_an_unknown_dataset_gets_nothing if code({"dataset": "cars"}) == "dataset-unknown"

test_an_unknown_field_gets_nothing if code({"patterns": []}) == "field-unknown"

test_a_field_without_a_class_gets_nothing if code({"patterns": ["/nothing"]}) == "not-granted"

# Nobody can tell which of the two it was, so both must be granted.
test_a_value_of_another_key_may_be_of_any_class if code({"domain": "old"}) == "not-granted"

test_a_value_that_is_protected_otherwise_today_may_be_of_any_class if {
	code({"transform": "tokenise-fpe"}) == "not-granted"
}

test_a_key_without_a_domain_is_told_by_the_transform if {
	ask(object.remove(ssn, ["domain"])).allow
}

test_a_purpose_without_a_ground_reveals_nothing if code({"purpose": "research"}) == "purpose-unlawful"

test_special_categories_need_a_condition if {
	ask(note).legal == {"purpose": "care", "gdpr6": "A6-1-c", "gdpr9": "A9-2-h"}
	ask(object.union(note, {"purpose": "payment"})).code == "purpose-unlawful"
	ask(object.union(note, {"purpose": "payment", "patterns": ["/name"]})).allow
}

test_offences_are_not_revealed_under_gdpr if {
	ask(object.union(note, {"patterns": ["/fine"]})).code == "purpose-unlawful"
}

broken := object.union(ssn, {"caller": "grace", "purpose": "rescue", "emergency": true})

test_an_emergency_reveals_by_its_own_grant if {
	answer := ask(broken)
	[answer.rule, answer.clause] == ["emergency", "C3"]
}

test_without_an_emergency_its_grant_is_none if {
	code({"caller": "grace", "purpose": "rescue"}) == "not-granted"
}

test_an_emergency_is_not_for_everybody if {
	ask(object.union(broken, {"caller": "ada"})).code == "emergency-not-granted"
}

opening := {"act": "open-emergency", "day": "2026-11-26", "caller": "grace", "purpose": "rescue", "minutes": 30}

test_a_named_role_breaks_the_glass if {
	ask(opening) == {"allow": true, "rule": "emergency", "clause": "C3", "reviewWithinHours": 72}
}

test_not_for_longer_than_the_rulebook_says if {
	ask(object.union(opening, {"minutes": 61})).code == "emergency-too-long"
	ask(object.union(opening, {"minutes": 0})).code == "emergency-not-granted"
}

test_not_for_another_role_or_purpose if {
	ask(object.union(opening, {"caller": "ada"})).code == "emergency-not-granted"
	ask(object.union(opening, {"purpose": "care"})).code == "emergency-not-granted"
}

test_another_officer_reviews if {
	ask({"act": "review", "day": "2026-11-26", "caller": "ada", "opener": "grace"}).allow
	ask({"act": "list-reviews", "day": "2026-11-26", "caller": "ada"}).allow
}

test_nobody_reviews_themselves if {
	ask({"act": "review", "day": "2026-11-26", "caller": "ada", "opener": "ada"}).code == "review-of-own"
}

test_not_everybody_reviews if {
	ask({"act": "review", "day": "2026-11-26", "caller": "grace", "opener": "bob"}).code == "review-not-granted"
	ask({"act": "list-reviews", "day": "2026-11-26", "caller": "grace"}).code == "review-not-granted"
	ask({"act": "review", "day": "2026-11-26", "caller": "ada"}).code == "review-not-granted"
}

test_without_the_file_nobody_reveals if {
	none := object.remove(book, ["reveal"])
	answer := sluice.reveal with input as ssn with data.rulebook as none with data.matrix as rows
	answer == {"allow": false, "code": "caller-unknown"}
}

test_what_is_no_question_is_denied if {
	ask({"act": "guess", "caller": "ada"}) == {"allow": false, "code": "denied"}
}
