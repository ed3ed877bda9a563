# METADATA
# title: Grants to read the audit log
# description: |
#   Something is read where a grant of access.yaml names it for a role that the reader has. The grant
#   of the smallest id is the rule that entries name.
package sluice.reading

answer := {"allow": true, "rule": id, "clause": grants[id].clause} if {
	id := min([id | some id, grant in grants; fits(grant)])
} else := {"allow": false, "code": refusal}

grants := data.rulebook.access.grants

reader := data.rulebook.access.readers[input.reader]

fits(grant) if {
	input.act in grant.reads
	some role in reader.roles
	role in grant.roles
}

default refusal := "not-granted"

refusal := "reader-unknown" if not reader
