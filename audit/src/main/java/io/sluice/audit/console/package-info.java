/** The console: pages for officers and auditors over the questions of the API, rendered here, with no build step. */
@NullMarked
package io.sluice.audit.console;

import org.jspecify.annotations.NullMarked;
