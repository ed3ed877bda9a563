/** What became of the events of producers, as the audit entries say: told to whoever posted them, without content. */
@NullMarked
package io.sluice.gateway.outcome;

import org.jspecify.annotations.NullMarked;
