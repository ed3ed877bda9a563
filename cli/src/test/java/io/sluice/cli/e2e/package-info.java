/** The product as its users meet it: its own process, its own folders, real files, faults from outside. */
@NullMarked
package io.sluice.cli.e2e;

import org.jspecify.annotations.NullMarked;
