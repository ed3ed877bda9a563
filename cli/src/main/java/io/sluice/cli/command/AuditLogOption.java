package io.sluice.cli.command;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.index.IndexPlace;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.VerifierKey;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.IndexPlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option {@code --log}: the audit log, with the index and the archive that belong to it. */
final class AuditLogOption {
    @Option(
            names = "--log",
            paramLabel = "DIR",
            description = "The audit log; its index and archive are beside it. Default: the settings audit.folder,"
                    + " audit.index and audit.archive.")
    private @Nullable Path folder;

    /** Whether there is a log to ask. */
    boolean isThere(SluiceConfig config) {
        return Files.exists(log(config).resolve("log.vkey"));
    }

    /** Opens the index, which is made where it is missing. The caller closes it. */
    AuditIndex index(SluiceConfig config) throws IOException {
        Path log = log(config);
        if (!isThere(config)) {
            throw new CommandFailure(log + " is no log: it has no log.vkey; name the folder of one with --log, or set"
                    + " audit.folder");
        }
        VerifierKey key =
                VerifierKey.parse(Files.readString(log.resolve("log.vkey")).trim());
        IndexPlace place = folder == null
                ? IndexPlaces.queries(config.audit())
                : new IndexPlace.SqliteFile(beside(log, "index").resolve("audit.sqlite"));
        return AuditIndex.open(new AuditIndexConfig(place, FileLogStore.source(log), key));
    }

    /** Bundles and plans that entries cite. */
    PolicyArchive archive(SluiceConfig config) {
        return new PolicyArchive(folder == null ? config.audit().archive() : beside(log(config), "archive"));
    }

    private Path log(SluiceConfig config) {
        return folder == null ? config.audit().folder() : folder;
    }

    private static Path beside(Path log, String name) {
        return log.toAbsolutePath().resolveSibling(name);
    }
}
