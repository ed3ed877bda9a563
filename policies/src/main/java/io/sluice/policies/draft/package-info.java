/** A rulebook that nobody has signed yet, as it would decide. */
@NullMarked
package io.sluice.policies.draft;

import org.jspecify.annotations.NullMarked;
