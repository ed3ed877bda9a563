/** Emergency access (45 CFR 164.312(a)(2)(ii)): opened for minutes and with a reason, and reviewed by somebody else. */
@NullMarked
package io.sluice.reveal.emergency;

import org.jspecify.annotations.NullMarked;
