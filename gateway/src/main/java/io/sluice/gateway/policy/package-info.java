/** How the gateway learns of the policy: {@code policy.bundles}, read to its end before anything is stamped. */
@NullMarked
package io.sluice.gateway.policy;

import org.jspecify.annotations.NullMarked;
