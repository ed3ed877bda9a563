package io.sluice.cli.command;

import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.verify.HttpLogSource;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.config.SluiceConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How an auditor reaches a log, in a folder or behind an address, and whose signature has to be under it. */
final class LogAccess {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec mixee;

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

    /** The key that the auditor holds; null where none was given. */
    @Nullable
    VerifierKey key() {
        return key == null ? null : verifierKey(key);
    }

    static boolean isAddress(String where) {
        return where.matches("https?://.*");
    }

    /** The log's files. */
    LogSource source(String where, SluiceConfig config) {
        return isAddress(where)
                ? new HttpLogSource(URI.create(where), tls(config))
                : FileLogStore.source(folder(where));
    }

    /** Whom to trust and who to be; null where Java's own authorities do and nobody asks who we are. */
    @Nullable
    SSLContext tls(SluiceConfig config) {
        CommandSpec spec = java.util.Objects.requireNonNull(mixee, "picocli sets it");
        if ((certificate == null) != (certificateKey == null)) {
            throw new ParameterException(spec.commandLine(), "--cert and --cert-key belong together");
        }
        Path trust = authorities != null ? authorities : config.audit().trust();
        boolean trusted = authorities != null || Files.exists(trust);
        if (certificate != null && certificateKey != null) {
            if (!trusted) {
                throw new ParameterException(spec.commandLine(), "--cert needs --cacert: whom to show it to");
            }
            return new ClientIdentity(certificate, certificateKey, trust).tls();
        }
        return trusted ? ClientIdentity.trusting(trust) : null;
    }

    /** A folder that holds a log. */
    static Path folder(String where) {
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
