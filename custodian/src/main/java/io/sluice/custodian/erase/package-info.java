/**
 * Erasure of subjects, from the choice to the certificate: hold, order, puncture, wait, destroy, certify. Each step and what the
 * audit log says of it are one Kafka transaction, so that a custodian that dies goes on where it was. See {@code
 * docs/specs/erasure.md}.
 */
@NullMarked
package io.sluice.custodian.erase;

import org.jspecify.annotations.NullMarked;
