/** Mutual TLS with revocation from files that may change, and whom a verified certificate stands for. */
@NullMarked
package io.sluice.serving.tls;

import org.jspecify.annotations.NullMarked;
