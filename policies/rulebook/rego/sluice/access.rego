# Who may read the audit log.
#
# Asked by the audit server, and by nobody on a record's path: {act, day, reader}. `act` says what is
# read: overview, search, entry, proof, subject, record or export.
# The answer is {allow, rule, clause} or {allow, code}; undefined means no.
package sluice

import data.sluice.reading

# METADATA
# title: Reading the audit log
# entrypoint: true
access := reading.answer
