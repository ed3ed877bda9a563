/**
 * Verifies a log from its bytes alone: everything is derived again, nothing that the log's owner says is believed but
 * what the signed checkpoint covers.
 */
@NullMarked
package io.sluice.audit.verify;

import org.jspecify.annotations.NullMarked;
