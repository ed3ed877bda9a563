/** Reports of the audit log, for people at a terminal. */
@NullMarked
package io.sluice.cli.report;

import org.jspecify.annotations.NullMarked;
