package io.sluice.cli.room;

import io.sluice.audit.index.IndexPlace;
import io.sluice.cli.config.AuditSection;
import java.nio.file.Path;

/** Where a deployment's indexes are: two SQLite files, or one schema of PostgreSQL, which console and commands share. */
public final class IndexPlaces {
    private IndexPlaces() {}

    /** That of the commands. @throws CommandFailure naming the setting at fault */
    public static IndexPlace queries(AuditSection settings) {
        return place(settings, settings.index());
    }

    /** That of the console. @throws CommandFailure naming the setting at fault */
    public static IndexPlace console(AuditSection settings) {
        return place(settings, settings.console().index());
    }

    private static IndexPlace place(AuditSection settings, Path file) {
        if (!settings.indexInPostgresql()) {
            return new IndexPlace.SqliteFile(file);
        }
        Needed needed = new Needed()
                .file(
                        "audit.postgresql.passwordFile",
                        settings.postgresql().passwordFile(),
                        "write the password of the role audit.postgresql.user into it, mode 600");
        if (settings.postgresql().tls()) {
            needed.pem("audit.postgresql.trust", settings.postgresql().trust());
        }
        needed.require();
        return new IndexPlace.PostgresSchema(settings.postgresql().address());
    }
}
