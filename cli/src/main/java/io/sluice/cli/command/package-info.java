/** One class per verb of the command line. They read options, call a room, and print. */
@NullMarked
package io.sluice.cli.command;

import org.jspecify.annotations.NullMarked;
