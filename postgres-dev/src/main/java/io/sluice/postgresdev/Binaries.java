package io.sluice.postgresdev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder with PostgreSQL's {@code initdb} and {@code postgres}: on the {@code PATH}, else where Debian puts the newest.
 *
 * @param folder the folder
 */
record Binaries(Path folder) {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    static Optional<Binaries> find() {
        List<Path> folders = new ArrayList<>();
        for (String entry : String.valueOf(System.getenv("PATH")).split(":")) {
            folders.add(Path.of(entry));
        }
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.map(version -> version.resolve("bin"))
                        .sorted(Comparator.comparing(Path::toString).reversed())
                        .forEach(folders::add);
            } catch (IOException e) {
                throw new UncheckedIOException(DEBIAN + " cannot be listed", e);
            }
        }
        return folders.stream()
                .filter(folder ->
                        Files.isExecutable(folder.resolve("initdb")) && Files.isExecutable(folder.resolve("postgres")))
                .findFirst()
                .map(Binaries::new);
    }

    /** A command line of one of them, as the owner of the folder that it works in. */
    List<String> command(ServerUser user, String name, String... arguments) {
        List<String> command = new ArrayList<>(user.prefix());
        command.add(folder.resolve(name).toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
