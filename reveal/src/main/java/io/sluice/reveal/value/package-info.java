/** One protected value: what is asked, whether the policy allows it, and what came of it. */
@NullMarked
package io.sluice.reveal.value;

import org.jspecify.annotations.NullMarked;
