# METADATA
# title: Agreements and transfers
# description: |
#   A recipient outside the controller needs a contract in force; one outside the EEA needs, for data
#   under the GDPR, an adequacy decision or a transfer tool.
package sluice.agreements

# What a role has to have signed. Workforce acts under the controller's own authority (GDPR Art. 29,
# 45 CFR 160.103); a provider who treats the patient needs no contract (45 CFR 164.502(e)(1)(ii)(A)).
required := {
	"processor": {"kinds": ["dpa", "baa"], "clause": "GDPR Art. 28(3)"},
	"business-associate": {"kinds": ["baa"], "clause": "45 CFR 164.504(e)"},
	"joint-controller": {"kinds": ["jca"], "clause": "GDPR Art. 26(1)"},
	"third-party": {"kinds": ["dua", "dpa", "jca"], "clause": "GDPR Art. 5(2); 45 CFR 164.514(e)(4)"},
}

free := {"workforce", "provider"}

# METADATA
# description: What is missing whatever the day; profiles may ask for kinds of agreements of their own.
denied(dataset, recipient, profiles) := ({reason |
	some reason in unsigned(data.rulebook.recipients[recipient])
} | {reason |
	some id in profiles
	kinds := data.rulebook.profiles[id]["requires-agreement"]
	not object.get(data.rulebook.recipients[recipient], ["agreement", "kind"], "none") in kinds
	reason := {"rule": "agreement-missing", "clause": data.rulebook.profiles[id].clause}
}) | {reason |
	"gdpr" in data.rulebook.datasets[dataset].regimes
	some reason in unreachable(data.rulebook.recipients[recipient])
}

unsigned(party) := {{"rule": "agreement-missing", "clause": object.get(required, [party.role, "clause"], "GDPR Art. 5(2)")}} if {
	not party.role in free
	not agreed(party)
} else := set()

agreed(party) if party.agreement.kind in required[party.role].kinds

unreachable(party) := set() if {
	party.country in data.rulebook.tables.countries.eea
} else := {{"rule": "no-transfer-tool", "clause": "GDPR Art. 44"}} if {
	not party.transfer.tool
} else := {{"rule": "no-adequacy-decision", "clause": "GDPR Art. 45(3)"}} if {
	# Art. 45(3) is a tool only for countries with a decision.
	party.transfer.tool == "A45-3"
	not party.country in data.rulebook.tables.countries.adequacy
} else := set()

# METADATA
# description: The last day and the clause of the contract that a recipient's role rests on; absent where it rests on none.
term(recipient) := {"until": party.agreement.until, "clause": required[party.role].clause} if {
	party := data.rulebook.recipients[recipient]
	party.agreement.until
	not party.role in free
} else := {"until": data.rulebook.recipients[recipient].agreement.until, "clause": "GDPR Art. 5(2)"} if {
	data.rulebook.recipients[recipient].agreement.until
} else := {"until": "9999-12-31", "clause": "none"}
