/** {@code bench protect}: the protect job beside the same Flink job without protection. */
@NullMarked
package io.sluice.benchmarks.protect;

import org.jspecify.annotations.NullMarked;
