/** What a draft would have decided differently about the records that really came. */
@NullMarked
package io.sluice.policies.impact;

import org.jspecify.annotations.NullMarked;
