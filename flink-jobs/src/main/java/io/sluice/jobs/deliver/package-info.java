/** The deliver job: released views to rolling NDJSON files, exactly once. */
@NullMarked
package io.sluice.jobs.deliver;

import org.jspecify.annotations.NullMarked;
