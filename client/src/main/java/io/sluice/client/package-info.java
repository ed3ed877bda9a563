/** A producer's client of the ingest API: batches, retries, idempotency. Depends on nothing but the JDK. */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
