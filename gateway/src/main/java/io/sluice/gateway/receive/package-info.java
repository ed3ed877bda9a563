/**
 * The data port: who may begin a handshake, HTTPS with client certificates, limits and deadlines, until a request, or a
 * slice of its lines, stands in memory as it was before a compression.
 */
@NullMarked
package io.sluice.gateway.receive;

import org.jspecify.annotations.NullMarked;
