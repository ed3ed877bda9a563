/** A derived index of the log in SQLite or PostgreSQL: dropped and built again at will, never the truth about anything. */
@NullMarked
package io.sluice.audit.index;

import org.jspecify.annotations.NullMarked;
