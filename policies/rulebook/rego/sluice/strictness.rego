# METADATA
# title: Strictness
# description: |
#   The one order of transforms, from the mildest to the strictest. Where several rules name one
#   field, the strictest wins. The same order stands in core (TransformKind); a test compares them.
package sluice.strictness

ranks := {
	"keep": 0,
	"generalise": 1,
	"date-shift": 2,
	"mask": 3,
	"tokenise-fpe": 4,
	"tokenise": 5,
	"pseudonymise": 6,
	"encrypt-deterministic": 7,
	"encrypt": 8,
	"redact": 9,
	"drop": 10,
}

# METADATA
# description: The rank of a transform's name, as `generalise.zip3`. What is unknown is stricter than drop.
rank(name) := object.get(ranks, split(name, ".")[0], 11)

# METADATA
# description: |
#   The strictest of a set of rules {transform, params, rule}. Two of one rank that are not alike
#   contradict each other: nothing leaves. An unknown transform is no reason to let something out.
strictest(rules) := only(top) if {
	highest := max({rank(rule.transform) | some rule in rules})
	top := {rule | some rule in rules; rank(rule.transform) == highest}
	highest < 11
}

strictest(rules) := closed("unknown-transform") if {
	max({rank(rule.transform) | some rule in rules}) == 11
}

# METADATA
# description: A field that does not leave, and the rule that says so.
closed(rule) := {"transform": "drop", "params": {}, "rule": rule}

only(rules) := min(rules) if {
	count({[rule.transform, rule.params] | some rule in rules}) == 1
}

only(rules) := closed("contradiction") if {
	count({[rule.transform, rule.params] | some rule in rules}) > 1
}
