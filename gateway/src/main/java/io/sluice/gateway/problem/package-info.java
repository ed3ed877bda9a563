/** What a caller is told when something is refused: RFC 9457 problem details with stable codes, never a value. */
@NullMarked
package io.sluice.gateway.problem;

import org.jspecify.annotations.NullMarked;
