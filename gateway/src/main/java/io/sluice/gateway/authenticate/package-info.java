/** Who is calling: identities of a verified certificate, matched against the rulebook's producers. */
@NullMarked
package io.sluice.gateway.authenticate;

import org.jspecify.annotations.NullMarked;
