/** How a serving room learns of the policy: {@code policy.bundles}, read to its end before anything is decided. */
@NullMarked
package io.sluice.serving.policy;

import org.jspecify.annotations.NullMarked;
