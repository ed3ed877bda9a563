/** The protect job: one keyed function from sealed records to views and audit entries, in one transaction. */
@NullMarked
package io.sluice.jobs.protect;

import org.jspecify.annotations.NullMarked;
