/** Refused admissions for the trail: counted per minute, never one entry per request, so that nobody can flood the log. */
@NullMarked
package io.sluice.gateway.refusals;

import org.jspecify.annotations.NullMarked;
