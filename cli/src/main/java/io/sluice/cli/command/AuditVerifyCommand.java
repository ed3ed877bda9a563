package io.sluice.cli.command;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosignature;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.pack.PackException;
import io.sluice.audit.pack.PackVerification;
import io.sluice.audit.pack.PackVerifier;
import io.sluice.audit.timestamp.Timestamp;
import io.sluice.audit.timestamp.TimestampTrust;
import io.sluice.audit.timestamp.TimestampVerification;
import io.sluice.audit.verify.Citation;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.MlDsaSignature;
import io.sluice.audit.verify.ProofVerification;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Re-derives a log from its bytes. */
@Command(
        name = "verify",
        description = {
            "Re-derive the whole log from its bytes: every entry, tile and signature. Three answers, never merged: intact,"
                    + " complete, and, with --witness, witnessed; with --since a fourth, whether it goes on from the"
                    + " checkpoint that you kept.",
            "Names the file of anything that was changed, is missing or does not belong. With --archive, also each policy"
                    + " bundle that entries cite and that is not kept, without which their decisions cannot be made again.",
            "Of an evidence pack: whether its entries stand in the log that was signed, and whether what they cite of the"
                    + " policy is in it."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the log is intact, as complete as can be told, and what was asked for holds: --since, --archive, and"
                    + " --witness for the entries that are said to be cosigned, which are not always the last ones",
            "1:it is not, or could not be read",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit verify /var/lib/sluice/audit --key log.vkey",
            "  ./sluice audit verify https://audit.example.org:8444 --cacert ca.pem --cert me.pem --cert-key me.key",
            "  ./sluice audit verify /var/lib/sluice/audit --witness w1.vkey --witness w2.vkey --quorum 1",
            "  ./sluice audit verify /var/lib/sluice/audit --since mine.checkpoint --save mine.checkpoint",
            "  ./sluice audit verify --proof entry-42.tlog-proof --key log.vkey",
            "  ./sluice audit verify evidence.zip --key log.vkey"
        })
final class AuditVerifyCommand extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR|URL|ZIP",
            description = "The log, or an evidence pack (.zip). Default: the setting audit.folder.")
    private @Nullable String log;

    @Option(
            names = "--since",
            paramLabel = "FILE",
            description = "A checkpoint of this log that you kept: the log has to go on from it.")
    private @Nullable Path since;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description =
                    "Write the checkpoint that was verified, with --witness the one that they cosigned, to be given"
                            + " to --since the next time; only where nothing fails.")
    private @Nullable Path save;

    @Option(
            names = "--proof",
            paramLabel = "FILE",
            description = "Verify this proof of one entry (.tlog-proof), without the log. It needs --key.")
    private @Nullable Path proof;

    @Option(
            names = "--entry",
            paramLabel = "FILE",
            description = "The entry that the proof is of, where it does not hold it.")
    private @Nullable Path entry;

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "The archive of the bundles that entries cite, as the setting audit.archive names it.")
    private @Nullable Path archive;

    @Option(
            names = "--ml-dsa-key",
            paramLabel = "FILE",
            description =
                    "The log's ML-DSA-44 public key (log.ml-dsa.vkey) that you hold: the checkpoint has to be signed by"
                            + " it too.")
    private @Nullable Path mlDsaKey;

    @Option(
            names = "--tsa-cert",
            paramLabel = "FILE",
            description =
                    "Certificates (PEM) of a time stamping authority, or above it: say when it saw a checkpoint of this log"
                            + " (RFC 3161). A line of its own, merged into no verdict; it fails where no time stamp holds.")
    private @Nullable Path tsaCert;

    @Mixin
    private final LogAccess access = new LogAccess();

    @Mixin
    private final WitnessOptions witnesses = new WitnessOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        if (proof != null) {
            return proof(proof);
        }
        VerifierConfig settings = VerifierConfig.defaults().withWitnesses(witnesses.policy());
        VerifierKey key = access.key();
        if (key != null) {
            settings = settings.withKey(key);
        }
        if (mlDsaKey != null) {
            settings = settings.withMlDsa(mlDsaKey(mlDsaKey));
        }
        if (since != null) {
            settings = settings.withSince(checkpoint(since));
        }
        String where = log == null ? config().audit().folder().toString() : log;
        if (!LogAccess.isAddress(where) && where.endsWith(".zip")) {
            return pack(Path.of(where), settings);
        }
        Verification verification = LogAccess.isAddress(where)
                ? LogVerifier.verify(URI.create(where), access.tls(config()), settings)
                : LogVerifier.verify(LogAccess.folder(where), settings);
        TimestampVerification stamp = tsaCert == null ? null : stamp(where, verification, tsaCert);
        List<Citation> missing = archive == null ? List.of() : missing(archive, verification);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("origin", verification.origin());
            json.put("size", verification.size());
            json.put("root", verification.root());
            json.put("intact", verification.intact().code());
            json.put("complete", verification.complete().code());
            if (verification.pruned() > 0) {
                json.put("pruned", verification.pruned());
            }
            json.put("witnessed", verification.witnessed().code());
            if (!verification.cosignatures().isEmpty()) {
                json.put("cosigned", verification.cosigned());
                json.put("uncovered", verification.uncovered());
                json.put("cosignatures", cosignatures(verification.cosignatures()));
            }
            if (since != null) {
                json.put("extends", verification.extended().code());
            }
            put(json, stamp);
            json.put("keyPinned", verification.keyPinned());
            json.put("mlDsaPinned", verification.mlDsaPinned());
            json.put(
                    "findings",
                    verification.findings().stream().map(Object::toString).toList());
            if (archive != null) {
                json.put("bundlesCited", verification.citations().size());
                json.put(
                        "bundlesMissing",
                        missing.stream().map(AuditVerifyCommand::json).toList());
            }
            out().println(Json.line(json));
        } else {
            verification.lines().forEach(out()::println);
            if (stamp != null) {
                out().println(stamp.line());
            }
            if (archive != null) {
                int cited = verification.citations().size();
                out().println("kept       " + (missing.isEmpty() ? "holds" : "fails") + ", "
                        + (cited == 1 ? "1 policy bundle is cited" : cited + " policy bundles are cited"));
                missing.forEach(one -> out().println("bundle " + one.bundle() + " of revision " + one.revision()
                        + " is not in " + archive + "; " + one.entries() + " entries cite it, first entry "
                        + one.firstIndex() + ", " + one.firstEntry()));
            }
        }
        if (!verification.passed() || !missing.isEmpty() || stamp != null && !stamp.holds()) {
            return ExitCode.FAILED;
        }
        if (save != null) {
            write(save, verification.note());
        }
        return ExitCode.OK;
    }

    /** An evidence pack, from its bytes alone. */
    private int pack(Path file, VerifierConfig settings) {
        if (since != null || save != null || archive != null) {
            throw new ParameterException(
                    spec().commandLine(), "an evidence pack is a selection: no --since, --save or --archive beside it");
        }
        PackVerification verification;
        TimestampVerification stamp;
        try {
            verification = PackVerifier.verify(file, settings);
            stamp = tsaCert == null ? null : PackVerifier.timestamp(file, settings.key(), trust(tsaCert));
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read", e);
        } catch (PackException e) {
            throw new CommandFailure(file + " is no evidence pack: " + e.getMessage(), e);
        }
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("origin", verification.origin());
            json.put("size", verification.size());
            json.put("entries", verification.entries());
            json.put("intact", verification.intact().code());
            json.put("policies", verification.policies().code());
            json.put("witnessed", verification.witnessed().code());
            json.put("cosignatures", cosignatures(verification.cosignatures()));
            put(json, stamp);
            json.put("keyPinned", verification.keyPinned());
            json.put("findings", verification.findings());
            out().println(Json.line(json));
        } else {
            verification.lines().forEach(out()::println);
            if (stamp != null) {
                out().println(stamp.line());
            }
        }
        return verification.passed() && (stamp == null || stamp.holds()) ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Of the log that was verified: what its file says, under the key that is held, else its own. */
    private TimestampVerification stamp(String where, Verification verified, Path certificates) {
        if (verified.root().isEmpty()) {
            return new TimestampVerification(null, 0, "the log has no checkpoint that it could be of");
        }
        LogSource source = access.source(where, config());
        try {
            VerifierKey key = access.key();
            if (key == null) {
                byte[] own = source.read(LogFiles.VERIFIER_KEY)
                        .orElseThrow(() -> new NoteException(LogFiles.VERIFIER_KEY + " is missing"));
                key = VerifierKey.parse(new String(own, StandardCharsets.UTF_8).trim());
            }
            Checkpoint current = new Checkpoint(
                    verified.origin(),
                    verified.size(),
                    Hash.of(Base64.getDecoder().decode(verified.root())));
            return TimestampVerification.of(source, key, current, trust(certificates));
        } catch (NoteException | LogException e) {
            return new TimestampVerification(null, 0, "the log cannot be read: " + e.getMessage());
        }
    }

    private static TimestampTrust trust(Path certificates) {
        try {
            return TimestampTrust.read(certificates);
        } catch (IOException e) {
            throw new CommandFailure("--tsa-cert " + certificates + " cannot be used: it holds certificates in PEM", e);
        }
    }

    private static void put(Map<String, Object> json, @Nullable TimestampVerification stamp) {
        if (stamp == null) {
            return;
        }
        json.put("timestamp", stamp.holds() ? "holds" : "fails");
        Timestamp said = stamp.stamp();
        if (said != null) {
            json.put("timestamped", stamp.size());
            json.put("time", said.time().toString());
            json.put("authority", said.authority());
            json.put("serial", said.serial());
        } else {
            json.put("timestampFault", stamp.fault());
        }
    }

    /** One entry, from files alone. */
    private int proof(Path file) {
        VerifierKey key = access.key();
        if (key == null) {
            throw new ParameterException(spec().commandLine(), "--proof needs --key: who has to have signed");
        }
        if (log != null || since != null || save != null || archive != null || tsaCert != null) {
            throw new ParameterException(
                    spec().commandLine(),
                    "--proof is about one entry: no log, --since, --save, --archive or --tsa-cert beside it");
        }
        TlogProof given;
        try {
            given = TlogProof.parse(read("--proof", file));
        } catch (NoteException e) {
            throw new CommandFailure("--proof " + file + " is no proof of an entry: " + e.getMessage(), e);
        }
        Optional<String> unsigned = mlDsaKey == null ? Optional.empty() : unsigned(given, mlDsaKey(mlDsaKey));
        if (unsigned.isPresent()) {
            throw new CommandFailure("the checkpoint of --proof " + file + ": " + unsigned.get());
        }
        byte[] bytes = entry == null ? given.entry() : read("--entry", entry);
        if (bytes.length == 0) {
            throw new CommandFailure("--proof " + file + " does not hold its entry; give it with --entry");
        }
        ProofVerification verification = ProofVerification.of(given, bytes, key, witnesses.policy(), Clock.systemUTC());
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("origin", verification.origin());
            json.put("size", verification.size());
            json.put("index", verification.index());
            json.put("included", verification.included().code());
            json.put("witnessed", verification.witnessed().code());
            json.put("cosignatures", cosignatures(verification.cosignatures()));
            json.put("findings", verification.findings());
            out().println(Json.line(json));
        } else {
            verification.lines().forEach(out()::println);
        }
        return verification.passed() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Optional<String> unsigned(TlogProof proof, CosignerKey key) {
        return MlDsaSignature.fault(
                proof.note(), Checkpoint.parse(proof.note().text()).origin(), key);
    }

    private static CosignerKey mlDsaKey(Path file) {
        try {
            return CosignerKey.parse(Files.readString(file).trim());
        } catch (IOException e) {
            throw new CommandFailure("--ml-dsa-key " + file + " cannot be read", e);
        } catch (NoteException e) {
            throw new CommandFailure(
                    "--ml-dsa-key " + file + " holds no such key; take the log.ml-dsa.vkey that you hold", e);
        }
    }

    private static List<Map<String, Object>> cosignatures(List<Cosignature> all) {
        return all.stream()
                .map(one -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("witness", one.key().name());
                    json.put("key", one.key().id().toString());
                    json.put("time", one.time().toString());
                    return json;
                })
                .toList();
    }

    private static SignedNote checkpoint(Path file) {
        try {
            return SignedNote.parse(read("--since", file));
        } catch (NoteException e) {
            throw new CommandFailure("--since " + file + " is no checkpoint: " + e.getMessage(), e);
        }
    }

    private static byte[] read(String option, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailure(option + " " + file + " cannot be read", e);
        }
    }

    /** Replaced in one step: the checkpoint of before is all that an auditor has. */
    private static void write(Path file, byte[] checkpoint) {
        Path prepared = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(prepared, checkpoint);
            Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailure("--save " + file + " cannot be written", e);
        }
    }

    private static List<Citation> missing(Path folder, Verification verification) {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure("--archive " + folder + " is no folder; the setting audit.archive names it");
        }
        PolicyArchive kept = new PolicyArchive(folder);
        return verification.citations().stream()
                .filter(one -> kept.bundle(one.bundle()).isEmpty())
                .toList();
    }

    private static Map<String, Object> json(Citation citation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bundle", citation.bundle());
        json.put("revision", citation.revision());
        json.put("entries", citation.entries());
        json.put("firstIndex", citation.firstIndex());
        json.put("firstEntry", citation.firstEntry());
        return json;
    }
}
