# METADATA
# title: Choices of the data subject
# description: |
#   Consent (GDPR Art. 6(1)(a), 7), objection (Art. 21), restriction (Art. 18, 45 CFR 164.522(a)).
#   `*` in objections and restrictions stands for all purposes.
package sluice.choices

# METADATA
# description: Why a purpose gets nothing of this subject's record.
denials(purpose) := {reason |
	row := data.rulebook.purposes[purpose]
	some reason in {no_consent(purpose, row), objected(purpose, row), restricted(purpose, row)}
	reason != null
}

no_consent(purpose, row) := {"rule": "no-consent", "clause": "GDPR Art. 6(1)(a), 7(3)"} if {
	row.consent
	not purpose in input.subject.consents
} else := null

# An objection to direct marketing is absolute; others yield where the rulebook names the clause.
objected(purpose, row) := null if {
	not named(input.subject.objections, purpose)
} else := {"rule": "objection-direct-marketing", "clause": "GDPR Art. 21(3)"} if {
	row["direct-marketing"]
} else := null if {
	row.objection.exempt
} else := {"rule": "objection", "clause": "GDPR Art. 21(1)"}

restricted(purpose, row) := null if {
	not named(input.subject.restrictions, purpose)
} else := null if {
	count(exceptions(row)) > 0
} else := {"rule": "restriction", "clause": "GDPR Art. 18(1); 45 CFR 164.522(a)(1)"}

# METADATA
# description: Why a record goes on to a purpose although the subject chose otherwise.
grounds(purpose) := {ground |
	row := data.rulebook.purposes[purpose]
	some ground in array.concat(
		[exempt | some exempt in exemptions(purpose, row)],
		[exception | some exception in overridden(purpose, row)],
	)
}

exemptions(purpose, row) := {{"rule": "objection-exempt", "clause": row.objection.exempt}} if {
	named(input.subject.objections, purpose)
} else := set()

overridden(purpose, row) := {{"rule": "restriction-exception", "clause": clause} | some clause in exceptions(row)} if {
	named(input.subject.restrictions, purpose)
} else := set()

# The clauses under which a restriction yields to the purpose for which this record was collected.
exceptions(row) := {exception.clause |
	some exception in row.restriction.exceptions
	exception.purpose == input.purpose
}

named(codes, purpose) if {
	some code in codes
	code in {purpose, "*"}
}
