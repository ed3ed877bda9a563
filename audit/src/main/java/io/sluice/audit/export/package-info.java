/** Entries of the log in the event formats of others: each event names the entry that it was made from. */
@NullMarked
package io.sluice.audit.export;

import org.jspecify.annotations.NullMarked;
