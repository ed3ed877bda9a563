/**
 * The log on disk: C2SP tlog-tiles with entry bundles, the offsets journal, the checkpoint; one writer, many readers.
 * Byte formats: docs/specs/audit-log.md.
 */
@NullMarked
package io.sluice.audit.log;

import org.jspecify.annotations.NullMarked;
