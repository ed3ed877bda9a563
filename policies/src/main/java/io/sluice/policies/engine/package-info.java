/** Which engine answers for a revision: the wasm in process, or an OPA server over its REST API. */
@NullMarked
package io.sluice.policies.engine;

import org.jspecify.annotations.NullMarked;
