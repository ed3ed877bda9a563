/** A real PostgreSQL server for tests, from the binaries of this machine. Never a dependency of production code. */
@NullMarked
package io.sluice.postgresdev;

import org.jspecify.annotations.NullMarked;
