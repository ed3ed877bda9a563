package io.sluice.cli.command;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.verify.Citation;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.output.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
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
            "Re-derive the whole log from its bytes: every entry, tile and signature.",
            "Names the file of anything that was changed, is missing or does not belong. With --archive, also each policy"
                    + " bundle that entries cite and that is not kept, without which their decisions cannot be made again."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the log is intact, and as complete as can be told, and with --archive every bundle is kept",
            "1:it is not, or could not be read",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit verify /var/lib/sluice/audit --key log.vkey",
            "  ./sluice audit verify https://audit.example.org:8444 --cacert ca.pem --cert me.pem --cert-key me.key"
        })
final class AuditVerifyCommand extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR|URL",
            description = "The log. Default: the setting audit.folder.")
    private @Nullable String log;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "The log's public key (log.vkey) that you hold. Without it the log's own is taken, and the result"
                            + " says only that the log agrees with itself.")
    private @Nullable Path key;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description =
                    "Authorities of the server's certificate, PEM. Default: the setting audit.trust where that file"
                            + " exists, else those of Java.")
    private @Nullable Path authorities;

    @Option(names = "--cert", paramLabel = "FILE", description = "Your certificate and its issuers, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--cert-key", paramLabel = "FILE", description = "Its private key, PKCS#8 PEM.")
    private @Nullable Path certificateKey;

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "The archive of the bundles that entries cite, as the setting audit.archive names it.")
    private @Nullable Path archive;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        VerifierConfig settings = VerifierConfig.defaults();
        if (key != null) {
            settings = settings.withKey(verifierKey(key));
        }
        String where = log == null ? config().audit().folder().toString() : log;
        Verification verification = where.matches("https?://.*")
                ? LogVerifier.verify(URI.create(where), tls(), settings)
                : LogVerifier.verify(folder(where), settings);
        List<Citation> missing = archive == null ? List.of() : missing(archive, verification);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("origin", verification.origin());
            json.put("size", verification.size());
            json.put("root", verification.root());
            json.put("intact", verification.intact().code());
            json.put("complete", verification.complete().code());
            json.put("witnessed", verification.witnessed().code());
            json.put("keyPinned", verification.keyPinned());
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
            if (archive != null) {
                int cited = verification.citations().size();
                out().println("kept       " + (missing.isEmpty() ? "holds" : "fails") + ", "
                        + (cited == 1 ? "1 policy bundle is cited" : cited + " policy bundles are cited"));
                missing.forEach(one -> out().println("bundle " + one.bundle() + " of revision " + one.revision()
                        + " is not in " + archive + "; " + one.entries() + " entries cite it, first entry "
                        + one.firstIndex() + ", " + one.firstEntry()));
            }
        }
        return verification.passed() && missing.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
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

    /** Whom to trust and who to be; null where Java's own authorities do and nobody asks who we are. */
    private @Nullable SSLContext tls() {
        if ((certificate == null) != (certificateKey == null)) {
            throw new ParameterException(spec().commandLine(), "--cert and --cert-key belong together");
        }
        Path trust = authorities != null ? authorities : config().audit().trust();
        boolean trusted = authorities != null || Files.exists(trust);
        if (certificate != null && certificateKey != null) {
            if (!trusted) {
                throw new ParameterException(spec().commandLine(), "--cert needs --cacert: whom to show it to");
            }
            return new ClientIdentity(certificate, certificateKey, trust).tls();
        }
        return trusted ? ClientIdentity.trusting(trust) : null;
    }

    private static Path folder(String where) {
        Path folder = Path.of(where);
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure(where + " is no folder; name the folder of a log, or its https address");
        }
        if (!Files.exists(folder.resolve("checkpoint")) && !Files.exists(folder.resolve("log.vkey"))) {
            throw new CommandFailure(where + " is no log: it has neither checkpoint nor log.vkey");
        }
        return folder;
    }

    private static VerifierKey verifierKey(Path file) {
        try {
            return VerifierKey.parse(Files.readString(file).trim());
        } catch (IOException e) {
            throw new CommandFailure("--key " + file + " cannot be read", e);
        } catch (NoteException e) {
            throw new CommandFailure(
                    "--key " + file + " holds no log's public key; take the log.vkey that you hold", e);
        }
    }
}
