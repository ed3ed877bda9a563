package io.sluice.audit.index;

import io.sluice.core.cluster.PostgresAddress;
import java.nio.file.Path;

/** Where an index is: a file of one machine, or a schema of a database server. It answers alike in both. */
public sealed interface IndexPlace {
    /**
     * A SQLite file, which is made where it is missing. Several processes of the machine may use it.
     *
     * @param file not in the log's folder, where it would not belong
     */
    record SqliteFile(Path file) implements IndexPlace {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /**
     * A schema of PostgreSQL 13 or later, which is made where it is missing and holds nothing else. Several processes may use
     * it; one at a time builds.
     *
     * @param address the schema of one log
     */
    record PostgresSchema(PostgresAddress address) implements IndexPlace {
        @Override
        public String toString() {
            return address.where();
        }
    }
}
