/** What policy is asked, what it answers, and the protection plan that an answer compiles to. */
@NullMarked
package io.sluice.core.decision;

import org.jspecify.annotations.NullMarked;
