package io.sluice.core.cluster;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one room may do with one resource. What no grant says is denied.
 *
 * @param room who
 * @param kind kind of resource
 * @param name name of the resource, or the beginning of its name
 * @param prefixed whether {@code name} is a beginning
 * @param operations what it may do
 */
public record Grant(Room room, Kind kind, String name, boolean prefixed, Set<Operation> operations) {
    /** Kinds of resource, by Kafka's names. */
    public enum Kind {
        TOPIC,
        GROUP,
        TRANSACTIONAL_ID
    }

    /** Operations, by Kafka's names. */
    public enum Operation {
        READ,
        WRITE,
        CREATE,
        DESCRIBE,
        DESCRIBE_CONFIGS,
        ALTER_CONFIGS
    }

    public Grant {
        requireNonNull(room, "room is null");
        requireNonNull(kind, "kind is null");
        if (name.isEmpty() || name.equals("*")) {
            throw new IllegalArgumentException("a grant names what it opens");
        }
        operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    }

    static Grant topic(Room room, String name, Operation first, Operation... rest) {
        return new Grant(room, Kind.TOPIC, name, false, EnumSet.of(first, rest));
    }

    static Grant topics(Room room, String prefix, Operation first, Operation... rest) {
        return new Grant(room, Kind.TOPIC, prefix, true, EnumSet.of(first, rest));
    }

    static Grant groups(Room room, String prefix) {
        return new Grant(room, Kind.GROUP, prefix, true, EnumSet.of(Operation.READ, Operation.DESCRIBE));
    }

    static Grant transactions(Room room, String prefix) {
        return new Grant(room, Kind.TRANSACTIONAL_ID, prefix, true, EnumSet.of(Operation.WRITE, Operation.DESCRIBE));
    }
}
