/** What every connection of the audit room is bound by: as a client in time and size, as a server in number and time. */
@NullMarked
package io.sluice.audit.http;

import org.jspecify.annotations.NullMarked;
