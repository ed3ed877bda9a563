/** Retention: entries that no law asks for any longer leave the log, which stays verifiable. */
@NullMarked
package io.sluice.audit.prune;

import org.jspecify.annotations.NullMarked;
