package io.sluice.policies.evaluate;

import io.sluice.core.decision.ReleaseInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A line of golden/release.csv: a question and, in short, its answer. */
public record Golden(String name, ReleaseInput input, String expected) {
    public static List<Golden> all() {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/release.csv"))) {
            List<Golden> all = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    all.add(of(
                            Stream.of(line.split("\\|", -1)).map(String::trim).toList()));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Golden of(List<String> cells) {
        TreeMap<String, String> attributes = new TreeMap<>();
        for (String pair : words(cells.get(9))) {
            attributes.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        ReleaseInput input = new ReleaseInput(
                LocalDate.parse(cells.get(5)),
                cells.get(1),
                cells.get(2),
                cells.get(3),
                "An organisation",
                cells.get(4),
                null,
                words(cells.get(6)),
                words(cells.get(7)),
                words(cells.get(8)),
                attributes);
        return new Golden(cells.get(0), input, cells.get(10));
    }

    private static List<String> words(String cell) {
        return Arrays.stream(cell.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
