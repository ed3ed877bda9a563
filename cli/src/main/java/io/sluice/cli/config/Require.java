package io.sluice.cli.config;

import java.time.Duration;

/** The checks that sections share; each names the setting. */
final class Require {
    private Require() {}

    static void port(String name, int port) {
        range(name, port, 0, 65_535);
    }

    static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", is " + value);
        }
    }

    static void range(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + Durations.format(least) + " to "
                    + Durations.format(most) + ", is " + Durations.format(value));
        }
    }

    static void range(String name, Size value, Size least, Size most) {
        if (value.bytes() < least.bytes() || value.bytes() > most.bytes()) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", is " + value);
        }
    }

    static void text(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
    }
}
