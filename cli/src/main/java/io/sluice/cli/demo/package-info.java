/** The demonstration: a seeded generator of plausible events, clients that post them, and what became of each. */
@NullMarked
package io.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
