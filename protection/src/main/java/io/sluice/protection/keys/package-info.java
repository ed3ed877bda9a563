/**
 * Where keys live: the local keystore that wraps them and the ring of named keys beside it. Raw key bytes leave this
 * package only inside {@code SecretBytes}.
 */
@NullMarked
package io.sluice.protection.keys;

import org.jspecify.annotations.NullMarked;
