@NullMarked
package io.sluice.policies;

import org.jspecify.annotations.NullMarked;
