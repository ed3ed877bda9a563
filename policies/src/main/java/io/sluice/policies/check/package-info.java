/** Finds what is wrong in a rulebook that reads well: references, ceilings, transforms, bases, dates. */
@NullMarked
package io.sluice.policies.check;

import org.jspecify.annotations.NullMarked;
