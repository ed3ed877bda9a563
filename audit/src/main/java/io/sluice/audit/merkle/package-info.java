/** RFC 6962 section 2.1: hashes of leaves and nodes, the compact range, inclusion and consistency proofs. Pure, no I/O. */
@NullMarked
package io.sluice.audit.merkle;

import org.jspecify.annotations.NullMarked;
