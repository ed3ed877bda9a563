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
