# METADATA
# title: Grants to read the audit log
# description: |
#   Something is read where a grant of access.yaml names it for a role that the reader has, itself or by
#   a group of an OpenID provider. The grant
#   of the smallest id is the rule that entries name.
package sluice.reading

answer := {"allow": true, "rule": id, "clause": grants[id].clause} if {
	id := min([id | some id, grant in grants; fits(grant)])
} else := {"allow": false, "code": refusal}

grants := data.rulebook.access.grants

reader := data.rulebook.access.readers[input.reader]

fits(grant) if {
	input.act in grant.reads
	some role in roles
	role in grant.roles
}

# What the reader holds itself.
roles contains role if some role in reader.roles

# What it holds by the groups that an OpenID provider's token names, as far as access.yaml says so of that issuer.
roles contains role if {
	input.identity == "oidc"
	some group in input.groups
	some role in data.rulebook.access.groups[input.issuer][group]
}

default refusal := "not-granted"

refusal := "reader-unknown" if count(roles) == 0
