/** Asks the policy, in process, and turns its answers into decisions and plans. */
@NullMarked
package io.sluice.policies.evaluate;

import org.jspecify.annotations.NullMarked;
