/** Reads rulebook files into data: YAML typed by published schemas, every fault with file, line and column. */
@NullMarked
package io.sluice.policies.load;

import org.jspecify.annotations.NullMarked;
