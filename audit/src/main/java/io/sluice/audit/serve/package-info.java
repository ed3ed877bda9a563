/** The log over HTTPS, as C2SP tlog-tiles lays it out: read only, a path grammar instead of a file server. */
@NullMarked
package io.sluice.audit.serve;

import org.jspecify.annotations.NullMarked;
