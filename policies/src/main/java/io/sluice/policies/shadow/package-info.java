/** A candidate beside the active revision: asked about every record that is decided, and compared; it releases nothing. */
@NullMarked
package io.sluice.policies.shadow;

import org.jspecify.annotations.NullMarked;
