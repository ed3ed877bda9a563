/**
 * Where keys live: the KMS ({@link io.sluice.protection.keys.Kms}) that wraps them and the ring of named keys. Raw key bytes leave this
 * package only inside {@code SecretBytes}.
 */
@NullMarked
package io.sluice.protection.keys;

import org.jspecify.annotations.NullMarked;
