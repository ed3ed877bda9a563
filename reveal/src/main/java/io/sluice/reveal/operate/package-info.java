/** What an operator sees of the service: counters and gauges. */
@NullMarked
package io.sluice.reveal.operate;

import org.jspecify.annotations.NullMarked;
