package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.NoteException;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Makes a witness's key. */
@Command(
        name = "keygen",
        description = {
            "Make a witness's key, in a file of mode 600, and print the public one: operators of logs put it in"
                    + " audit.witnesses.ask, auditors hand it to audit verify --witness.",
            "A file that exists is never written over."
        },
        footer = "%nExample: ./sluice witness keygen --name auditor.example/w1 --out keys/witness.key")
final class WitnessKeygenCommand extends Verb {
    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "The witness's name, like an address without its https://, as auditor.example/w1.")
    private @Nullable String name;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write. Default: the setting witness.signingKey.")
    private @Nullable Path file;

    @Option(
            names = "--ml-dsa",
            description = "Make an ML-DSA-44 key too: its cosignatures stand against quantum computers, and their"
                    + " specification is a release candidate.")
    private boolean mlDsa;

    @Override
    public Integer call() {
        List<Cosigner> keys = new ArrayList<>();
        try {
            keys.add(generate(CosignatureType.ED25519));
            if (mlDsa) {
                keys.add(generate(CosignatureType.ML_DSA_44));
            }
        } catch (NoteException e) {
            throw new ParameterException(spec().commandLine(), "--name " + name + ": " + e.getMessage());
        }
        Path target = file == null ? config().witness().signingKey() : file;
        try {
            Cosigner.write(target, keys);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(target + " exists already; a witness's key is never written over", e);
        } catch (IOException e) {
            throw new CommandFailure(target + " cannot be written", e);
        }
        out().println("Private key: " + target + " (mode 600; keep it to yourself)");
        keys.forEach(key -> out().println("Public key:  " + key.verifier()));
        return ExitCode.OK;
    }

    private Cosigner generate(CosignatureType type) {
        return Cosigner.generate(requireNonNull(name, "picocli sets it"), type, new SecureRandom());
    }
}
