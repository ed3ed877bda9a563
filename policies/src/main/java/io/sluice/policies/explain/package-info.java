/** The decision of an audit entry, made again and told rule by rule (promise P5). */
@NullMarked
package io.sluice.policies.explain;

import org.jspecify.annotations.NullMarked;
