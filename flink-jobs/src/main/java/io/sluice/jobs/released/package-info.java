/** What stands on {@code released.<recipient>}, as those read it who deliver it. */
@NullMarked
package io.sluice.jobs.released;

import org.jspecify.annotations.NullMarked;
