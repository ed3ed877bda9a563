# Who may turn a protected value back.
#
# Asked by the reveal service, and by nobody on a record's path. `act` says what is asked:
#   reveal           {caller, purpose, dataset, releasedFor, patterns[], transform, domain?, emergency?}
#   open-emergency   {caller, purpose, minutes}
#   review           {caller, opener}
#   list-reviews     {caller}
# The answer is {allow, rule, clause, ...} or {allow, code}; undefined means no. `patterns` are those of
# the catalog that may have named the field where it stood: several where a predicate cannot be
# decided any more.
package sluice

import data.sluice.revealing

# METADATA
# title: Revealing a protected value
# entrypoint: true
reveal := revealing.answer
