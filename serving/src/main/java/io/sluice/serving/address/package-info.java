/** Whose network address it is, and how much one may ask for. */
@NullMarked
package io.sluice.serving.address;

import org.jspecify.annotations.NullMarked;
