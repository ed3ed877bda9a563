/**
 * The seal of ingress records and the keyed references in them: all of {@code protection} that the gateway may use.
 * Bytes: {@code docs/specs/seal.md}.
 */
@NullMarked
package io.sluice.protection.seal;

import org.jspecify.annotations.NullMarked;
