/** The rulebook and its life: load, check, build, sign, approve, verify, evaluate. Knows no payload and no data key. */
@NullMarked
package io.sluice.policies;

import org.jspecify.annotations.NullMarked;
