/** Who asks, by an OpenID provider's word: access tokens of the API, and the sign-in of the console. */
@NullMarked
package io.sluice.audit.oidc;

import org.jspecify.annotations.NullMarked;
