/** The sluice command: where it starts and how it ends. */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
