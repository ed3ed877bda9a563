package io.sluice.postgresdev;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;

/**
 * Who the server runs as: this process's user, or somebody unprivileged where that is root, whom PostgreSQL refuses.
 *
 * @param other the unprivileged user's name; empty where this process's own will do
 */
record ServerUser(Optional<String> other) {
    private static final List<String> UNPRIVILEGED = List.of("postgres", "nobody");

    /** @param mine a file that this process made */
    static ServerUser of(Path mine) throws IOException {
        if (!Files.getOwner(mine).getName().equals("root")) {
            return new ServerUser(Optional.empty());
        }
        for (String name : UNPRIVILEGED) {
            if (principal(name).isPresent()) {
                return new ServerUser(Optional.of(name));
            }
        }
        throw new IOException("There is no user to run PostgreSQL as: " + UNPRIVILEGED);
    }

    /** What stands before a command so that it runs as that user, in the same process. */
    List<String> prefix() {
        return other.map(name -> List.of("setpriv", "--reuid=" + name, "--regid=nogroup", "--clear-groups", "--"))
                .orElse(List.of());
    }

    /** Gives a file to the user. */
    void own(Path file) throws IOException {
        if (other.isPresent()) {
            Files.setOwner(file, principal(other.get()).orElseThrow());
        }
    }

    private static Optional<UserPrincipal> principal(String name) throws IOException {
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name));
        } catch (UserPrincipalNotFoundException e) {
            return Optional.empty();
        }
    }
}
