/** RFC 3161 time stamps of checkpoints: asking an authority for them, and checking them. */
@NullMarked
package io.sluice.audit.timestamp;

import org.jspecify.annotations.NullMarked;
