/** Officers' signatures: over a bundle's digest, and over activations. */
@NullMarked
package io.sluice.policies.approve;

import org.jspecify.annotations.NullMarked;
