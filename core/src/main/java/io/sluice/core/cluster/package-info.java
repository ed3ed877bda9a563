/**
 * What a Kafka cluster must look like for Sluice: topics with their settings, and which room may do what. Pure
 * descriptions; whoever creates or checks them brings the client.
 */
@NullMarked
package io.sluice.core.cluster;

import org.jspecify.annotations.NullMarked;
