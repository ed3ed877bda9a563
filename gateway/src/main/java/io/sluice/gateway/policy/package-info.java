/** How the gateway learns of the policy: {@code policy.bundles}, as it is stamped into records. */
@NullMarked
package io.sluice.gateway.policy;

import org.jspecify.annotations.NullMarked;
