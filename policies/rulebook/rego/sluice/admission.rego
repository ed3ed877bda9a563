# Who may post what.
#
# Asked by the gateway when an authenticated producer posts an event (dataset, purpose) or a
# subject's choice (controller). Answers {allow, code?, purpose?}; undefined means no.
package sluice

# METADATA
# title: Admission of an event or a choice
# entrypoint: true
admission := {"allow": true, "purpose": purpose} if {
	purpose := named_purpose
	purpose in granted
	purpose in data.rulebook.datasets[input.dataset].purposes
	not input.controller
} else := {"allow": true} if {
	not input.dataset
	not input.purpose
	input.controller in producer.choices
	data.rulebook.controllers[input.controller]
} else := {"allow": false, "code": code} if {
	code := refusal
}

producer := data.rulebook.producers[input.producer]

granted := producer.datasets[input.dataset]

# The purpose of collection: the producer names it, or it holds a grant for one only.
named_purpose := input.purpose

named_purpose := granted[0] if {
	not input.purpose
	count(granted) == 1
}

default refusal := "denied"

refusal := "choices-not-granted" if {
	producer
	input.controller
	not input.dataset
} else := "dataset-unknown" if {
	producer
	input.dataset
	not data.rulebook.datasets[input.dataset]
} else := "dataset-not-granted" if {
	producer
	input.dataset
	not granted
} else := "purpose-required" if {
	granted
	not input.purpose
} else := "purpose-not-granted" if {
	granted
	input.purpose
}
