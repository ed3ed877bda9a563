/** What officers edit, as immutable values. Knows no decision and no audit. */
@NullMarked
package io.sluice.core.rulebook;

import org.jspecify.annotations.NullMarked;
