/**
 * A development PKI: certificate authorities, the certificates of every room, producer, officer and auditor, faulty
 * certificates that a verifier must refuse, and the Ed25519 keys that sign policies.
 *
 * <p>Its authorities' private keys lie unencrypted beside the certificates. It must never be a dependency of production
 * code; only the {@code sluice} command and tests may use it.
 */
@NullMarked
package io.sluice.certs;

import org.jspecify.annotations.NullMarked;
