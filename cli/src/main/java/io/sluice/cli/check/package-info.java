/** What {@code policy check} does, stage by stage, and how it tells it. */
@NullMarked
package io.sluice.cli.check;

import org.jspecify.annotations.NullMarked;
