package io.sluice.gateway.publish;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The topic that events go to.
 *
 * @param name its name
 * @param deviation why it must not be written to; empty where it was seen as planned
 */
public record IngressTopic(String name, Supplier<Optional<String>> deviation) {}
