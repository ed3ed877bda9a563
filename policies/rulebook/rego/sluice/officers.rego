# METADATA
# title: Rules of the officers
# description: |
#   What the tables cannot say. Add reasons to withhold (`denials`) or fields to close (`closes`) here;
#   each stands in the audit entry or in the plan. Nothing here can open what the tables keep closed.
package sluice.officers

# A result that was entered in error or cancelled is none: research does not count it. Care keeps
# seeing it, because somebody may have acted on it.
denials[recipient] contains {"rule": "not-a-finding", "clause": "FHIR R4 observation-status; GDPR Art. 5(1)(d)"} if {
	input.attributes.status in {"cancelled", "entered-in-error"}
	some recipient, party in data.rulebook.recipients
	party.purpose == "research"
}

# A field that closes for a recipient: closes[recipient][pattern] is the id of the rule. What is
# bought over the phone was spoken with a clerk; the time of the call is nobody else's business.
closes[recipient]["/placedAt"] := "officers#phone-order" if {
	input.attributes.channel == "phone"
	some recipient, party in data.rulebook.recipients
	party.purpose == "newsletter"
}
