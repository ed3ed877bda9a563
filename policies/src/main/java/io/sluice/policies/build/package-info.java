/** Makes the signed OPA bundle of a revision from a loaded rulebook. */
@NullMarked
package io.sluice.policies.build;

import org.jspecify.annotations.NullMarked;
