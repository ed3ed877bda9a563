/** What people and programs see: tables, progress, JSON. */
@NullMarked
package io.sluice.cli.output;

import org.jspecify.annotations.NullMarked;
