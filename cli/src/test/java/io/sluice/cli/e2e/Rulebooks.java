package io.sluice.cli.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies of the shipped rulebook that a test may edit. */
public final class Rulebooks {
    private Rulebooks() {}

    public static Path copy(Path target) throws IOException {
        Path shipped = Path.of(System.getProperty("sluice.home"), "policies", "rulebook");
        try (Stream<Path> walk = Files.walk(shipped)) {
            for (Path source : walk.toList()) {
                Path copied = target.resolve(shipped.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(source, copied);
                }
            }
        }
        return target;
    }

    /** Replaces a text that stands once in a file. */
    public static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        if (text.indexOf(from) < 0 || text.indexOf(from) != text.lastIndexOf(from)) {
            throw new AssertionError(from + " does not stand once in " + file);
        }
        Files.writeString(file, text.replace(from, to));
    }
}
