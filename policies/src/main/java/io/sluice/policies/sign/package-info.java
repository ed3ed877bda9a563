/** Signing keys as files: the officers' Ed25519 keys and the RSA key that signs bundles. */
@NullMarked
package io.sluice.policies.sign;

import org.jspecify.annotations.NullMarked;
