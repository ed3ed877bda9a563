# METADATA
# title: Legal basis
# description: |
#   On what ground a recipient gets data of a dataset at all, and why it gets none whatever the
#   subject chose. Both depend on the tables alone and go into the matrix.
package sluice.lawfulness

denied(dataset, recipient, view) := {reason |
	some reason in checks
	reason.rule in failing(regimes(dataset), purpose(recipient), view)
}

regimes(dataset) := data.rulebook.datasets[dataset].regimes

purpose(recipient) := data.rulebook.purposes[data.rulebook.recipients[recipient].purpose]

checks := [
	{"rule": "no-legal-basis", "clause": "GDPR Art. 6(1)"},
	{"rule": "no-permission", "clause": "45 CFR 164.502(a)"},
	{"rule": "not-de-identified", "clause": "45 CFR 164.502(d)(2), 164.514(a)"},
]

failing(laws, purpose, view) := {rule |
	some rule, fails in {
		"no-legal-basis": lacks("gdpr", laws, purpose, ["gdpr6", "basis"]),
		"no-permission": lacks("hipaa", laws, purpose, ["hipaa", "permission"]),
		"not-de-identified": identified(laws, purpose, view),
	}
	fails
}

lacks(law, laws, purpose, path) if {
	law in laws
	object.get(purpose, path, "") == ""
} else := false

# A permission that covers de-identified records only: 164.502(d)(2).
identified(laws, purpose, view) if {
	"hipaa" in laws
	object.get(purpose, ["hipaa", "requires"], "") == "de-identified"
	not view["de-identified"]
} else := false

# METADATA
# description: The ground that the entry of a release names, for the regimes that apply to the dataset.
legal(dataset, recipient, opens_special) := ground(dataset, data.rulebook.recipients[recipient].purpose, opens_special)

# METADATA
# description: The ground of a purpose, for the regimes that apply to the dataset.
ground(dataset, id, opens_special) := {name: value |
	row := data.rulebook.purposes[id]
	some name, value in {
		"purpose": id,
		"gdpr6": under("gdpr", dataset, row, ["gdpr6", "basis"]),
		"gdpr9": special(under("gdpr", dataset, row, ["gdpr9", "condition"]), opens_special),
		"hipaa": under("hipaa", dataset, row, ["hipaa", "permission"]),
		"accounting528": under("hipaa", dataset, row, ["hipaa", "accounting528"]),
		"consent": object.get(row, ["consent", "version"], null),
	}
	value != null
}

under(law, dataset, purpose, path) := object.get(purpose, path, null) if {
	law in regimes(dataset)
} else := null

special(condition, true) := condition

special(_, false) := null
