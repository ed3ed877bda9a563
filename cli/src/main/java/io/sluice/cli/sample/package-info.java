/** Sample events: what they hold beside what the catalog declares, and what a catalog file for them would say. */
@NullMarked
package io.sluice.cli.sample;

import org.jspecify.annotations.NullMarked;
