/** What the trail says, as canonical bytes; not where it is kept. */
@NullMarked
package io.sluice.core.audit;

import org.jspecify.annotations.NullMarked;
