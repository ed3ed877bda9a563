/** Released events in tables of PostgreSQL, one table for each recipient. */
@NullMarked
package io.sluice.jobs.postgres;

import org.jspecify.annotations.NullMarked;
