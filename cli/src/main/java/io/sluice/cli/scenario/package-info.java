/** The officers' scenarios, carried out as the gateway and the protect job would, without either: under keys made for the run. */
@NullMarked
package io.sluice.cli.scenario;

import org.jspecify.annotations.NullMarked;
