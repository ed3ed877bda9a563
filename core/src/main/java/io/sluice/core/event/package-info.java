/** What travels: client events, the gateway's tags, positions, choices, topic and header names. Knows no decision and no audit. */
@NullMarked
package io.sluice.core.event;

import org.jspecify.annotations.NullMarked;
