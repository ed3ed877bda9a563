/** The gateway's own words about an event: subject reference, region, decision attributes, purpose, time, activation. */
@NullMarked
package io.sluice.gateway.tag;

import org.jspecify.annotations.NullMarked;
