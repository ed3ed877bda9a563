/** Who may read the log through the API and the console, and the entries that say that they did. */
@NullMarked
package io.sluice.audit.access;

import org.jspecify.annotations.NullMarked;
