/** What an operator looks at: liveness, readiness, metrics, the description of the API. */
@NullMarked
package io.sluice.serving.operate;

import org.jspecify.annotations.NullMarked;
