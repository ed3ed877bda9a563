/** From the topic {@code audit.entries} to the log: each entry once, in the order of the topic. */
@NullMarked
package io.sluice.audit.append;

import org.jspecify.annotations.NullMarked;
