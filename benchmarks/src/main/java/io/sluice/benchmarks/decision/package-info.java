/** {@code bench decision}: a decision of the wasm in process beside the same one asked of an OPA server, and a cached one. */
@NullMarked
package io.sluice.benchmarks.decision;

import org.jspecify.annotations.NullMarked;
