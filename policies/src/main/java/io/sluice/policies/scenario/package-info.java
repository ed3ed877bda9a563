/** The officers' own tests: steps and what each recipient gets, in files, without code. */
@NullMarked
package io.sluice.policies.scenario;

import org.jspecify.annotations.NullMarked;
