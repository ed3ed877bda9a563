# The matrix: dataset x recipient x field pattern -> the strictest transform that the protections ask
# for, within what the profiles allow, and what else about a view never changes within a revision. It
# depends on the tables alone, so `policy build` evaluates it once and keeps the answer as
# data.matrix; a decision only looks it up.
package sluice

import data.sluice.agreements
import data.sluice.lawfulness
import data.sluice.strictness

# METADATA
# title: Rows of the matrix
# entrypoint: true
matrix := {dataset: rows |
	some dataset, _ in data.rulebook.datasets
	rows := {recipient: row(dataset, recipient) |
		some recipient, _ in data.rulebook.recipients
		count(protections(dataset, recipient)) > 0
	}
}

row(dataset, recipient) := {
	# Sorted, as every list made of a set: wasm and interpreter walk sets in different orders.
	"grounds": sort({ground |
		some id, protection in protections(dataset, recipient)
		ground := opened_by(id, protection)
	}),
	"denied": sort(lawfulness.denied(dataset, recipient, view) | agreements.denied(dataset, recipient, profiles(dataset, recipient))),
	"compatible": sort({purpose} | {from | some from in data.rulebook.purposes[purpose].from}),
	"agreement": agreements.term(recipient),
	"legal": lawfulness.legal(dataset, recipient, opens_special(dataset, fields)),
	"fields": fields,
	"undeclared": data.rulebook.datasets[dataset].undeclared,
	"envelope": envelope(dataset, recipient),
	"labels": labelled(dataset, recipient),
} if {
	purpose := data.rulebook.recipients[recipient].purpose
	view := {"de-identified": deidentified(dataset, recipient)}

	# Once per row, not once per field: a function's answer is not kept in wasm.
	parts := protections(dataset, recipient)
	ceilings := profiles(dataset, recipient)
	fields := {pattern: field(dataset, recipient, pattern, parts, ceilings) |
		some pattern, _ in data.rulebook.datasets[dataset].fields
	}
}

# The protections of a recipient for a dataset, by id.
protections(dataset, recipient) := {id: protection |
	some id, protection in data.rulebook.protections
	protection.recipient == recipient
	dataset in protection.datasets
}

# A protection opens a view under the clause of its profile, where it has one.
opened_by(id, protection) := {"rule": id, "clause": data.rulebook.profiles[protection.profile].clause}

opened_by(id, protection) := {"rule": id} if not protection.profile

# The profiles that are the ceiling of a view: each of them binds.
profiles(dataset, recipient) := {protection.profile | some protection in protections(dataset, recipient)}

# A view is de-identified where one of its ceilings de-identifies: each of them binds all its fields.
deidentified(dataset, recipient) if {
	some id in profiles(dataset, recipient)
	data.rulebook.profiles[id]["de-identifies"]
} else := false

# A de-identified view in FHIR says in its security labels what was done to the record.
labelled(dataset, recipient) if {
	data.rulebook.datasets[dataset].format == "fhir"
	deidentified(dataset, recipient)
} else := false

field(dataset, recipient, pattern, parts, ceilings) := strictness.closed("gdpr/art-9") if {
	needs_condition(dataset, recipient, pattern)
} else := permitted(dataset, pattern, strictness.strictest(rules), ceilings) if {
	rules := asked(dataset, pattern, parts)
	count(rules) > 0
} else := strictness.closed("default")

# Special categories are barred unless a condition of Art. 9(2) stands beside the basis of Art. 6;
# convictions and offences (Art. 10) have none here.
needs_condition(dataset, recipient, pattern) if {
	"gdpr" in data.rulebook.datasets[dataset].regimes
	some class in data.rulebook.datasets[dataset].fields[pattern]
	data.rulebook.classes[class].kind == "special-category"
	not data.rulebook.purposes[data.rulebook.recipients[recipient].purpose].gdpr9.condition
}

needs_condition(dataset, _, pattern) if {
	"gdpr" in data.rulebook.datasets[dataset].regimes
	some class in data.rulebook.datasets[dataset].fields[pattern]
	data.rulebook.classes[class].kind == "criminal"
}

# What the protections ask for a field: rules on its classes and their parents, and on its pattern.
# A leaf of several classes is open only where each of them is, or where a rule names the pattern.
asked(dataset, pattern, parts) := by_pattern | by_class if {
	by_pattern := {rule |
		some id, protection in parts
		wanted := protection.fields[pattern]
		rule := named(wanted, concat("", [id, "#", pattern]))
	}
	by_class := union({rules |
		some class in data.rulebook.datasets[dataset].fields[pattern]
		rules := class_rules(class, count(by_pattern), parts)
	})
}

class_rules(class, patterns, parts) := rules if {
	rules := on_class(class, parts)
	count(rules) > 0
} else := {strictness.closed("default")} if {
	patterns == 0
} else := set()

on_class(class, parts) := {rule |
	some id, protection in parts
	some ancestor in data.rulebook.classes[class].ancestors
	wanted := protection.classes[ancestor]
	rule := named(wanted, concat("", [id, "#", ancestor]))
}

# A table that a rule names becomes part of it, so that a plan says by itself what it did.
named(wanted, id) := {"transform": wanted.transform, "params": params, "rule": id} if {
	table := data.rulebook.tables[wanted.params.table]
	params := object.union(object.remove(wanted.params, ["table"]), {
		"restricted": table.restricted,
		"vintage": table.vintage,
	})
} else := {"transform": wanted.transform, "params": wanted.params, "rule": id} if {
	not wanted.params.table
} else := strictness.closed("unknown-table")

# The ceiling: each class of the field must allow the transform in each profile. The nearest class
# that a profile names decides; what it does not name it does not allow. To redact and to drop need
# no permission.
permitted(dataset, pattern, rule, ceilings) := strictness.closed("profile") if {
	strictness.rank(rule.transform) < strictness.ranks.redact
	some profile in ceilings
	some class in data.rulebook.datasets[dataset].fields[pattern]
	not rule.transform in allowed(profile, class)
} else := rule

allowed(profile, class) := data.rulebook.profiles[profile].allow[nearest] if {
	named_here := [ancestor |
		some ancestor in data.rulebook.classes[class].ancestors
		data.rulebook.profiles[profile].allow[ancestor]
	]
	nearest := named_here[0]
} else := []

opens_special(dataset, fields) if {
	some pattern, rule in fields
	strictness.rank(rule.transform) < strictness.ranks.redact
	some class in data.rulebook.datasets[dataset].fields[pattern]
	data.rulebook.classes[class].kind == "special-category"
} else := false
