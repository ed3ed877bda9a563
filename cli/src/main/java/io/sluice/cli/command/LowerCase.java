package io.sluice.cli.command;

import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;

/** The values of an enum as people type them, for completion. */
abstract class LowerCase implements Iterable<String> {
    private final Enum<?>[] values;

    LowerCase(Enum<?>... values) {
        this.values = values;
    }

    @Override
    public Iterator<String> iterator() {
        return Stream.of(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .iterator();
    }
}
