/** The data port: HTTPS with client certificates, limits and deadlines, until a request stands whole in memory. */
@NullMarked
package io.sluice.gateway.receive;

import org.jspecify.annotations.NullMarked;
