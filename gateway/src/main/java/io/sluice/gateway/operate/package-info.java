/** For those who run the gateway: health, readiness, metrics, the API's description. A port of its own. */
@NullMarked
package io.sluice.gateway.operate;

import org.jspecify.annotations.NullMarked;
