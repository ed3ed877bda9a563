/** What the rooms tell officers of themselves over {@code policy.status}: which activation each process and task has in force. */
@NullMarked
package io.sluice.policies.status;

import org.jspecify.annotations.NullMarked;
