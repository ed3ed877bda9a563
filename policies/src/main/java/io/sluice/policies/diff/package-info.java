/** What two revisions decide differently, in meaning and not in text. */
@NullMarked
package io.sluice.policies.diff;

import org.jspecify.annotations.NullMarked;
