/** Questions that auditors ask of the log, answered by the index and read from the log itself. */
@NullMarked
package io.sluice.audit.query;

import org.jspecify.annotations.NullMarked;
