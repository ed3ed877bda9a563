/**
 * The execution of protection plans: a payload is scanned once, and each recipient's view is written from that scan,
 * field by field, as its plan says. Performs and never decides: what no pattern of a plan covers does not go out.
 *
 * <p>A plan compiles to an automaton over member names, so a field costs one table look-up, whatever the number of
 * patterns. No tree is built; values that are kept are copied as bytes, so numbers and escapes keep their exact text.
 */
@NullMarked
package io.sluice.protection.transform;

import org.jspecify.annotations.NullMarked;
