/** Evidence to hand over: chosen entries with their proofs and policies in one file that verifies offline. */
@NullMarked
package io.sluice.audit.pack;

import org.jspecify.annotations.NullMarked;
