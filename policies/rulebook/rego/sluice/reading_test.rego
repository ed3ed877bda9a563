package sluice.reading_test

import data.sluice

book := {"access": {
	"readers": {"alan": {"roles": ["auditor"]}, "ada": {"roles": ["officer", "auditor"]}, "bob": {"roles": ["clerk"]}},
	"grants": {
		"b-audit": {"clause": "C2", "roles": ["auditor"], "reads": ["search", "entry"]},
		"a-export": {"clause": "C1", "roles": ["officer"], "reads": ["search", "export"]},
	},
}}

asked(reader, act) := answer if {
	answer := sluice.access with data.rulebook as book
		with input as {"act": act, "day": "2026-11-26", "reader": reader}
}

test_a_grant_of_a_role_allows if {
	asked("alan", "search") == {"allow": true, "rule": "b-audit", "clause": "C2"}
	asked("alan", "entry") == {"allow": true, "rule": "b-audit", "clause": "C2"}
}

test_the_first_of_several_grants_is_named if {
	asked("ada", "search") == {"allow": true, "rule": "a-export", "clause": "C1"}
}

test_what_is_not_granted_is_denied if {
	asked("alan", "export") == {"allow": false, "code": "not-granted"}
	asked("alan", "anything") == {"allow": false, "code": "not-granted"}
	asked("bob", "search") == {"allow": false, "code": "not-granted"}
}

test_strangers_are_denied if {
	asked("eve", "search") == {"allow": false, "code": "reader-unknown"}
}

test_an_incomplete_question_is_denied if {
	answer := sluice.access with data.rulebook as book with input as {}
	answer == {"allow": false, "code": "reader-unknown"}
}

test_a_rulebook_without_readers_lets_nobody_read if {
	answer := sluice.access with data.rulebook as {} with input as {"act": "search", "reader": "alan"}
	answer == {"allow": false, "code": "reader-unknown"}
}

grouped := object.union(book, {"access": object.union(
	book.access,
	{"groups": {"https://idp": {"auditors": ["auditor"], "clerks": ["clerk"]}}},
)})

by_token(issuer, groups, act) := answer if {
	answer := sluice.access with data.rulebook as grouped
		with input as {
			"act": act, "day": "2026-11-26", "reader": "https://idp#7",
			"identity": "oidc", "issuer": issuer, "groups": groups,
		}
}

test_a_group_of_the_issuer_gives_its_roles if {
	by_token("https://idp", ["auditors"], "search") == {"allow": true, "rule": "b-audit", "clause": "C2"}
	by_token("https://idp", ["auditors"], "export") == {"allow": false, "code": "not-granted"}
	by_token("https://idp", ["clerks"], "search") == {"allow": false, "code": "not-granted"}
}

test_groups_of_nobody_give_nothing if {
	by_token("https://idp", [], "search") == {"allow": false, "code": "reader-unknown"}
	by_token("https://idp", ["others"], "search") == {"allow": false, "code": "reader-unknown"}
	by_token("https://other", ["auditors"], "search") == {"allow": false, "code": "reader-unknown"}
}

test_groups_count_with_a_token_alone if {
	answer := sluice.access with data.rulebook as grouped
		with input as {"act": "search", "reader": "x", "identity": "certificate", "issuer": "https://idp", "groups": ["auditors"]}
	answer == {"allow": false, "code": "reader-unknown"}
}
