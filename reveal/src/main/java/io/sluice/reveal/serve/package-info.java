/** The HTTPS API: mutual TLS, one JSON body in, one out, RFC 9457 problems. */
@NullMarked
package io.sluice.reveal.serve;

import org.jspecify.annotations.NullMarked;
