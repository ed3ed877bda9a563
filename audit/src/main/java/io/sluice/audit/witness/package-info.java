/**
 * A witness of logs (C2SP tlog-witness, tlog-cosignature), and how a log asks one: a witness remembers of each log the
 * largest tree that it saw, and signs only what extends it, so that two stories of one log cannot both be signed.
 */
@NullMarked
package io.sluice.audit.witness;

import org.jspecify.annotations.NullMarked;
