# METADATA
# title: Sluice
# description: Admission of what producers post, and what each recipient gets of it.
package sluice

import data.sluice.choices
import data.sluice.officers
import data.sluice.strictness

# METADATA
# title: Decisions by recipient
# description: |
#   One evaluation answers for all recipients. Undefined means deny: a question about an unknown
#   dataset, or one that is not complete, has no answer.
# entrypoint: true
release := {recipient: object.union({"fields": fields(recipient, decision)}, decision) |
	some recipient, decision in answer
} if {
	answer := terms
}

# METADATA
# title: Decisions without what the matrix says already
# description: |
#   The same answer as release, but `fields` stands only where it differs from the matrix. The engine
#   in process asks this one: the rows of the matrix are large and never change within a revision.
# entrypoint: true
terms := {recipient: decision(recipient) | some recipient, _ in data.rulebook.recipients} if {
	askable
}

fields(recipient, decision) := data.matrix[input.dataset][recipient].fields if {
	decision.disposition == "release"
} else := {}

# The question is whole, and about a record that admission lets in.
askable if {
	dataset := data.rulebook.datasets[input.dataset]
	dataset.controller == input.controller
	input.purpose in dataset.purposes
	input.purpose in data.rulebook.producers[input.producer.id].datasets[input.dataset]
	is_array(input.subject.consents)
	is_array(input.subject.objections)
	is_array(input.subject.restrictions)
	is_object(input.attributes)
	count(input.day) == 10
	substring(input.day, 4, 1) == "-"
	substring(input.day, 7, 1) == "-"
	input.day >= "2000-01-01"
	input.day <= "9999-12-31"
}

decision(recipient) := withheld(recipient, {{"rule": "no-protection", "clause": "GDPR Art. 25(2)"}}) if {
	not data.matrix[input.dataset][recipient]
} else := withheld(recipient, denied) if {
	denied := denials(recipient, data.matrix[input.dataset][recipient])
	count(denied) > 0
} else := object.union(narrowed(recipient, row), {
	"disposition": "release",
	"detected": {},
	"undeclared": row.undeclared,
	"envelope": row.envelope,
	"labels": row.labels,
	"legal": row.legal,
	"reasons": array.concat(row.grounds, sort(choices.grounds(row.legal.purpose))),
}) if {
	row := data.matrix[input.dataset][recipient]
}

withheld(recipient, denied) := {
	"disposition": "withhold",
	"detected": {},
	"undeclared": "drop",
	"envelope": closed_envelope,
	"legal": {"purpose": data.rulebook.recipients[recipient].purpose},
	"reasons": sort(denied),
}

denials(recipient, row) := ((({reason | some reason in row.denied} | incompatible(row)) | choices.denials(row.legal.purpose)) | expired(row)) | object.get(officers.denials, recipient, set())

# Data collected for one purpose serve another only where the rulebook says why.
incompatible(row) := set() if {
	input.purpose in row.compatible
} else := {{"rule": "purpose-incompatible", "clause": "GDPR Art. 5(1)(b), 6(4)"}}

expired(row) := {{"rule": "agreement-expired", "clause": row.agreement.clause}} if {
	input.day > row.agreement.until
} else := set()

# The officers' rules close fields, they open none: what they name is dropped, whatever the row says.
narrowed(recipient, row) := {"fields": object.union(row.fields, closures)} if {
	closures := {pattern: strictness.closed(rule) |
		some pattern, rule in officers.closes[recipient]
		row.fields[pattern]
	}
	count(closures) > 0
} else := {}
