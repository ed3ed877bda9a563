/** Bytes to events: strict JSON, FHIR and CloudEvents (binary and structured), and choices. Nothing is guessed. */
@NullMarked
package io.sluice.gateway.parse;

import org.jspecify.annotations.NullMarked;
