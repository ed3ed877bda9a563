/** What an operator looks at of the audit room: liveness, readiness, metrics. */
@NullMarked
package io.sluice.audit.operate;

import org.jspecify.annotations.NullMarked;
