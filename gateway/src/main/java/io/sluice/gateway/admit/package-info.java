/** May this producer send this, for this purpose, in this shape: the policy's admission, the dataset's schema, quotas. */
@NullMarked
package io.sluice.gateway.admit;

import org.jspecify.annotations.NullMarked;
