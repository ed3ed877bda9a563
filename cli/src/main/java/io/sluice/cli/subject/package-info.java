/** What is asked of a subject's erasures and legal holds, and how it is found. */
@NullMarked
package io.sluice.cli.subject;

import org.jspecify.annotations.NullMarked;
