/** What the audit log costs: appending, proving, indexing, searching. */
@NullMarked
package io.sluice.benchmarks.log;

import org.jspecify.annotations.NullMarked;
