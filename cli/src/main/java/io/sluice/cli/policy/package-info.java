/** An officer's dealings with {@code policy.bundles}: reading what stands there, putting a revision in force. */
@NullMarked
package io.sluice.cli.policy;

import org.jspecify.annotations.NullMarked;
