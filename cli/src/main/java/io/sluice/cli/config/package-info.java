/** What a deployment sets: sluice.yaml, read into one record per concern. */
@NullMarked
package io.sluice.cli.config;

import org.jspecify.annotations.NullMarked;
