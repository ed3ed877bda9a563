/** Tells from audit entries whether a canary fails more often than the rest. */
@NullMarked
package io.sluice.policies.canary;

import org.jspecify.annotations.NullMarked;
