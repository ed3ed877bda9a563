/** {@code bench transforms}: what each transform costs for one field, and encryption beside the JDK's AES-GCM. */
@NullMarked
package io.sluice.benchmarks.transform;

import org.jspecify.annotations.NullMarked;
