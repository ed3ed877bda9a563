/** The jobs: what Flink runs. */
@NullMarked
package io.sluice.jobs;

import org.jspecify.annotations.NullMarked;
