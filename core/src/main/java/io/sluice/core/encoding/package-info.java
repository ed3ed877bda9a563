/** Canonical encodings: RFC 8785 JSON, length-prefixed fields, base32, strict JSON reading. */
@NullMarked
package io.sluice.core.encoding;

import org.jspecify.annotations.NullMarked;
