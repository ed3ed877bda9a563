/** The audit API: questions over HTTPS, each decided by the policy and told to the log before it is answered. */
@NullMarked
package io.sluice.audit.api;

import org.jspecify.annotations.NullMarked;
