/** Proposes a catalog file from what was observed of sample events: shapes and numbers, never the events. */
@NullMarked
package io.sluice.policies.infer;

import org.jspecify.annotations.NullMarked;
