/**
 * The custodian of the subjects' keys: the one process that makes keys underivable, says which revision of the key tree is
 * in force, and destroys what opens older ones. It holds keys and sees no payload.
 */
@NullMarked
package io.sluice.custodian;

import org.jspecify.annotations.NullMarked;
