/** The matrix of a rulebook for people and programs: table, CSV, page, JSON. */
@NullMarked
package io.sluice.cli.matrix;

import org.jspecify.annotations.NullMarked;
