/** What a caller is told of what was taken: one event's acknowledgement, and a batch's outcomes in its order. */
@NullMarked
package io.sluice.gateway.answer;

import org.jspecify.annotations.NullMarked;
