/**
 * The only way back from a protected value: an authorised caller, a purpose, the value and its place; the value in clear or
 * a reason, and an audit entry that is durable before either is answered.
 */
@NullMarked
package io.sluice.reveal;

import org.jspecify.annotations.NullMarked;
