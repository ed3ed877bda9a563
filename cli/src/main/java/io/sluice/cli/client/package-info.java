/** A producer's client of the ingest API. */
@NullMarked
package io.sluice.cli.client;

import org.jspecify.annotations.NullMarked;
