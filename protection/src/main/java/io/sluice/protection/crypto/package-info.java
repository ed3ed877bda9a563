/**
 * The primitives: AES-256-GCM, XAES-256-GCM, HMAC-SHA-256, HKDF-Expand, key wrapping and the PKCS#12 form of a key file.
 *
 * <p>The only package of the product that touches {@code javax.crypto}. It knows neither events nor policy. Everything
 * here comes from the JDK's providers, which are an order of magnitude faster than Bouncy Castle for these modes.
 */
@NullMarked
package io.sluice.protection.crypto;

import org.jspecify.annotations.NullMarked;
