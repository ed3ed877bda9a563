/** Each room as a process of its own, set up from {@code sluice.yaml} and stopped by a signal. Nothing of development here. */
@NullMarked
package io.sluice.cli.room;

import org.jspecify.annotations.NullMarked;
