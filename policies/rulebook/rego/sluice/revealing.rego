# METADATA
# title: Grants to reveal
# description: |
#   A value is revealed where a grant of reveal.yaml covers caller, purpose, the view that it was
#   released in, and each class that the field may be of, and where the purpose is lawful under the
#   dataset's regimes. An emergency access has one grant of its own.
package sluice.revealing

import data.sluice.lawfulness

answer := {"allow": true, "rule": id, "clause": grants[id].clause, "legal": legal} if {
	input.act == "reveal"
	not input.emergency
	fitting := [id | some id, grant in grants; fits(grant)]
	id := min(fitting)
	unlawful == set()
} else := {"allow": true, "rule": "emergency", "clause": emergency.clause, "legal": legal} if {
	input.act == "reveal"
	input.emergency == true
	fits(emergency)
	unlawful == set()
} else := {
	"allow": true,
	"rule": "emergency",
	"clause": emergency.clause,
	"reviewWithinHours": emergency["review-within-hours"],
} if {
	input.act == "open-emergency"
	opens_emergency
	input.minutes <= emergency["longest-minutes"]
} else := {"allow": true, "rule": "review", "clause": emergency.clause} if {
	input.act == "review"
	reviewer
	is_string(input.opener)
	input.opener != input.caller
} else := {"allow": true, "rule": "review", "clause": emergency.clause} if {
	input.act == "list-reviews"
	reviewer
} else := {"allow": false, "code": refusal}

grants := data.rulebook.reveal.grants

emergency := data.rulebook.reveal.emergency

caller := data.rulebook.reveal.callers[input.caller]

has_role(roles) if {
	some role in caller.roles
	role in roles
}

reviewer if has_role(emergency.reviewers)

opens_emergency if {
	has_role(emergency.roles)
	input.purpose in emergency.purposes
	input.minutes >= 1
}

fits(grant) if {
	has_role(grant.roles)
	input.purpose in grant.purposes
	input.releasedFor in grant["released-for"]
	input.dataset in grant.datasets
	count(patterns) > 0
	count({pattern | some pattern in patterns; covers(grant, pattern)}) == count(patterns)
}

# Each class of a field must be granted, by itself or by a parent.
covers(grant, pattern) if {
	classes := {class | some class in fields[pattern]}
	count(classes) > 0
	classes == {class |
		some class in classes
		some ancestor in data.rulebook.classes[class].ancestors
		ancestor in grant.classes
	}
}

fields := data.rulebook.datasets[input.dataset].fields

# Of the patterns that may have named the field, those under which a view of that purpose is
# protected so today; all of them where the rulebook has changed since.
patterns := protected if {
	count(protected) > 0
} else := {pattern | some pattern in input.patterns}

protected := {pattern |
	some pattern in input.patterns
	some recipient, row in data.matrix[input.dataset]
	data.rulebook.recipients[recipient].purpose == input.releasedFor
	row.fields[pattern].transform == input.transform
	of_domain(row.fields[pattern])
}

of_domain(rule) if rule.params.domain == input.domain

# The key says nothing of a domain: it is a subject's, or nobody knows it.
of_domain(_) if not input.domain

# Revealing needs a ground of its own, for the purpose that it is for.
unlawful := lawfulness.failing(laws, purpose, {"de-identified": false}) | barred

laws := lawfulness.regimes(input.dataset)

purpose := data.rulebook.purposes[input.purpose]

# GDPR Art. 9(1) without a condition of 9(2); Art. 10 always.
barred := {"no-condition" |
	"gdpr" in laws
	some pattern in patterns
	some class in fields[pattern]
	without_condition(data.rulebook.classes[class].kind)
}

without_condition("criminal")

without_condition("special-category") if not purpose.gdpr9.condition

special if {
	some pattern in patterns
	some class in fields[pattern]
	data.rulebook.classes[class].kind == "special-category"
} else := false

legal := lawfulness.ground(input.dataset, input.purpose, special)

default refusal := "denied"

refusal := "caller-unknown" if {
	not caller
} else := "review-of-own" if {
	input.act == "review"
	reviewer
	input.opener == input.caller
} else := "review-not-granted" if {
	input.act in {"review", "list-reviews"}
} else := "emergency-too-long" if {
	input.act == "open-emergency"
	opens_emergency
} else := "emergency-not-granted" if {
	input.act == "open-emergency"
} else := "dataset-unknown" if {
	input.act == "reveal"
	not data.rulebook.datasets[input.dataset]
} else := "purpose-unknown" if {
	input.act == "reveal"
	not purpose
} else := "field-unknown" if {
	input.act == "reveal"
	count(patterns) == 0
} else := "purpose-unlawful" if {
	input.act == "reveal"
	unlawful != set()
} else := "emergency-not-granted" if {
	input.act == "reveal"
	input.emergency
} else := "not-granted" if {
	input.act == "reveal"
}
