/** The embedded stack: broker, jobs, gateway and audit log in one process, over one data folder. */
@NullMarked
package io.sluice.cli.stack;

import org.jspecify.annotations.NullMarked;
