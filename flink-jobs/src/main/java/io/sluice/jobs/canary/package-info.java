/** Watches a canary by the audit log, and takes it back where it fails more often than the rest. */
@NullMarked
package io.sluice.jobs.canary;

import org.jspecify.annotations.NullMarked;
