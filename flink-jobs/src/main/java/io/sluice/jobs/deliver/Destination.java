package io.sluice.jobs.deliver;

import io.sluice.jobs.postgres.PostgresConfig;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.UUID;

/** Where views go. */
public sealed interface Destination extends Serializable {
    /**
     * Rolling NDJSON files.
     *
     * @param folder below it each recipient has a folder of its own
     */
    record Files(String folder) implements Destination {
        private static final long serialVersionUID = 1;

        /** The same with a path. */
        public static Files in(Path folder) {
            return new Files(folder.toString());
        }
    }

    /**
     * Tables of PostgreSQL.
     *
     * @param config where they are
     * @param database identity of the database, of its preparation
     */
    record Postgres(PostgresConfig config, UUID database) implements Destination {
        private static final long serialVersionUID = 1;
    }
}
