# Who may read the audit log.
#
# Asked by the audit server, and by nobody on a record's path: {act, day, reader, identity}. `act` says
# what is read: overview, search, entry, proof, subject, record or export; `identity` by what the reader
# proved who it is: certificate, link or oidc. With oidc the input has `issuer` and `groups` too.
# The answer is {allow, rule, clause} or {allow, code}; undefined means no.
package sluice

import data.sluice.reading

# METADATA
# title: Reading the audit log
# entrypoint: true
access := reading.answer
