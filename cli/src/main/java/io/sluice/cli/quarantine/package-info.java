/** An officer's dealings with {@code events.quarantine}: reading what stands there, sending it through the job again. */
@NullMarked
package io.sluice.cli.quarantine;

import org.jspecify.annotations.NullMarked;
