/** C2SP signed notes, their keys, and the checkpoint that a log signs. Pure, no I/O. */
@NullMarked
package io.sluice.audit.note;

import org.jspecify.annotations.NullMarked;
