/** What a revision does: dataset x recipient x field, and under which circumstances, asked of the policy itself. */
@NullMarked
package io.sluice.policies.matrix;

import org.jspecify.annotations.NullMarked;
