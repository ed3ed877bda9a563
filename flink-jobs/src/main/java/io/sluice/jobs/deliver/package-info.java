/** The deliver job: released views to rolling NDJSON files or to PostgreSQL, every view once. */
@NullMarked
package io.sluice.jobs.deliver;

import org.jspecify.annotations.NullMarked;
