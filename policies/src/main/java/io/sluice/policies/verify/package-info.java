/** What stands between a received bundle and its use: signatures, approvals, order, limits (promise P9). */
@NullMarked
package io.sluice.policies.verify;

import org.jspecify.annotations.NullMarked;
