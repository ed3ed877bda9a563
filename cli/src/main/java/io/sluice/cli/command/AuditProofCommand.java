package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.index.IndexPlace;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.room.IndexPlaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Proves one entry. */
@Command(
        name = "proof",
        description = {
            "Write the proof that an entry stands in the log: a C2SP tlog-proof with the entry, which audit verify --proof"
                    + " checks without the log.",
            "It is under the checkpoint that witnesses cosigned where that covers the entry, else under the last one."
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit proof 42 /var/lib/sluice/audit --out entry-42.tlog-proof",
            "  ./sluice audit proof events.ingress/1/0/42",
            "  ./sluice audit verify --proof entry-42.tlog-proof --key log.vkey"
        })
final class AuditProofCommand extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "ENTRY",
            description = "The entry: its place in the log, as 42, or, where the log is a folder, its id.")
    private @Nullable String entry;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR|URL",
            description = "The log. Default: the setting audit.folder.")
    private @Nullable String log;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write. Default: standard output.")
    private @Nullable Path out;

    @Option(names = "--bare", description = "Leave the entry out: for those who have it.")
    private boolean bare;

    @Mixin
    private final LogAccess access = new LogAccess();

    @Override
    public Integer call() throws IOException {
        String where = log == null ? config().audit().folder().toString() : log;
        LogSource source = access.source(where, config());
        LogReader reader = new LogReader(source);
        VerifierKey key = key(source, where);
        TlogProof proof;
        try {
            proof = reader.proof(
                    place(where, source, key, reader.checkpoint(key).size()), key);
        } catch (NoteException e) {
            throw new CommandFailure(where + " gives no proof: its checkpoint cannot be used", e);
        }
        if (!proof.proves(proof.entry())) {
            throw new CommandFailure("entry " + proof.index() + " and the tiles of " + where
                    + " do not give the root that was signed; run audit verify");
        }
        String text = (bare ? proof.withoutEntry() : proof).text();
        if (out == null) {
            out().print(text);
            out().flush();
        } else {
            Files.writeString(out, text);
        }
        return ExitCode.OK;
    }

    private VerifierKey key(LogSource source, String where) {
        VerifierKey held = access.key();
        if (held != null) {
            return held;
        }
        byte[] own = source.read(LogFiles.VERIFIER_KEY)
                .orElseThrow(() -> new CommandFailure(where + " is no log: it has no log.vkey"));
        try {
            return VerifierKey.parse(new String(own, StandardCharsets.UTF_8).trim());
        } catch (NoteException e) {
            throw new CommandFailure("log.vkey of " + where + " is no key", e);
        }
    }

    private long place(String where, LogSource source, VerifierKey key, long size) {
        String wanted = requireNonNull(entry, "picocli sets it");
        if (wanted.matches("0|[1-9][0-9]{0,17}")) {
            long place = Long.parseLong(wanted);
            if (place >= size) {
                throw new CommandFailure("there is no entry " + place + "; the log has " + size);
            }
            return place;
        }
        if (LogAccess.isAddress(where)) {
            throw new ParameterException(
                    spec().commandLine(),
                    "\"" + wanted + "\" is no place in a log; behind an address name that, as 42");
        }
        IndexPlace place = log == null
                ? IndexPlaces.queries(config().audit())
                : new IndexPlace.SqliteFile(
                        Path.of(where).toAbsolutePath().resolveSibling("index").resolve("audit.sqlite"));
        try (AuditIndex index = AuditIndex.open(new AuditIndexConfig(place, source, key))) {
            List<QueryPage.Found> found = new AuditQuery(index)
                    .find(QueryFilter.all().withEntryId(wanted), 1)
                    .entries();
            if (found.isEmpty()) {
                throw new CommandFailure("the log has no entry " + wanted);
            }
            return found.get(0).index();
        }
    }
}
