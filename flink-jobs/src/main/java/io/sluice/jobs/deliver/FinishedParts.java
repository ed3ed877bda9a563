package io.sluice.jobs.deliver;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The finished files of a recipient's folder; what a running or killed job has not finished does not count. */
public final class FinishedParts {
    /** {@code views-<writer's UUID>-<count>.ndjson}. */
    private static final Pattern NAME = Pattern.compile("(.+)-([0-9]+)" + Pattern.quote(DeliverJob.SUFFIX));

    private record Part(Path path, String writer, long count, long modified) {}

    private FinishedParts() {}

    /** The finished files, each writer's in its order, writers by when they began. */
    public static List<Path> of(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Part> parts =
                    files.map(FinishedParts::part).flatMap(Stream::ofNullable).toList();
            Map<String, Long> began = new HashMap<>();
            parts.forEach(part -> began.merge(part.writer(), part.modified(), Math::min));
            return parts.stream()
                    .sorted(Comparator.comparing((Part part) -> began.get(part.writer()))
                            .thenComparing(Part::writer)
                            .thenComparing(Part::count))
                    .map(Part::path)
                    .toList();
        }
    }

    /**
     * Writes the finished files one after the other into one, which appears as a whole.
     *
     * @return how many files went in
     */
    public static int merge(Path folder, Path target) throws IOException {
        List<Path> parts = of(folder);
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            for (Path part : parts) {
                Files.copy(part, out);
            }
        }
        Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return parts.size();
    }

    private static @org.jspecify.annotations.Nullable Part part(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches() || name.group(1).startsWith(".")) {
            return null;
        }
        return new Part(
                path,
                name.group(1),
                Long.parseLong(name.group(2)),
                path.toFile().lastModified());
    }
}
