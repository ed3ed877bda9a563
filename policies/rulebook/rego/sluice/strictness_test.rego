package sluice.strictness_test

import data.sluice.strictness

keep := {"transform": "keep", "params": {}, "rule": "a"}

mask := {"transform": "mask", "params": {"keep-last": 4}, "rule": "b"}

drop := {"transform": "drop", "params": {}, "rule": "c"}

test_the_strictest_wins if {
	strictness.strictest({keep, mask}) == mask
	strictness.strictest({keep, mask, drop}) == drop
}

test_every_pair_is_decided_by_rank if {
	every a, i in strictness.ranks {
		every b, j in strictness.ranks {
			rules := {{"transform": a, "params": {}, "rule": "a"}, {"transform": b, "params": {}, "rule": "b"}}
			strictness.rank(strictness.strictest(rules).transform) == max({i, j})
		}
	}
}

test_two_rules_alike_are_one if {
	twin := {"transform": "keep", "params": {}, "rule": "z"}
	strictness.strictest({keep, twin}) == keep
}

test_one_kind_with_different_parameters_closes_the_field if {
	other := {"transform": "mask", "params": {"keep-last": 2}, "rule": "d"}
	strictness.strictest({keep, mask, other}) == strictness.closed("contradiction")
}

test_variants_of_one_kind_contradict_each_other if {
	year := {"transform": "generalise.year", "params": {}, "rule": "y"}
	month := {"transform": "generalise.month", "params": {}, "rule": "m"}
	strictness.strictest({year, month}).rule == "contradiction"
}

test_an_unknown_transform_closes_the_field if {
	strictness.strictest({keep, {"transform": "scramble", "params": {}, "rule": "e"}}) == strictness.closed("unknown-transform")
}
