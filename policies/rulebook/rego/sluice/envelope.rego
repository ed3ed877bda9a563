# The envelope of a view: time, subject, source and key of a released event, and whether it names the
# revision. As open as every protection asks and every profile allows; what nobody opens stays closed.
package sluice

envelope(dataset, recipient) := {name: value |
	some name, order in envelope_orders
	says := {place |
		some part in envelope_parts(dataset, recipient)
		some place, word in order
		word == object.get(part, name, order[count(order) - 1])
	}
	value := order[max(says)]
}

# From open to closed.
envelope_orders := {
	"time": ["keep", "day", "year"],
	"subject": ["ref", "drop"],
	"source": ["producer", "dataset"],
	"key": ["ref", "id"],
	"policy": [true, false],
}

closed_envelope := {name: order[count(order) - 1] | some name, order in envelope_orders}

envelope_parts(dataset, recipient) := {object.get(protection, "envelope", {}) |
	some protection in protections(dataset, recipient)
} | {object.get(data.rulebook.profiles[profile], "envelope", {}) |
	some profile in profiles(dataset, recipient)
}
