/** Entries of the audit log and the state of emergencies, in one Kafka transaction. */
@NullMarked
package io.sluice.reveal.trail;

import org.jspecify.annotations.NullMarked;
