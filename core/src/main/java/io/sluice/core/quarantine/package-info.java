/** What stands beside a quarantined record: where it came from, why it is there, and for whom it is still open. */
@NullMarked
package io.sluice.core.quarantine;

import org.jspecify.annotations.NullMarked;
