package io.sluice.cli.command;

import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SigningKey;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Table;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.keytree.TreePublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes the keys of a deployment. */
@Command(
        name = "init",
        description = {
            "Make the keys of a deployment: what is there stays, so a second run changes nothing.",
            "ingress:   the key store of the seal, for the gateway and the protect job.",
            "fields:    the key store of recipients' views, for the protect job, the custodian and the reveal service.",
            "audit:     the key that signs the audit log's checkpoints, with audit.mlDsa one of type ML-DSA-44 too.",
            "custodian: the key that signs announcements and certificates of erasure, and the tree of the subjects' keys"
                    + " with its index key, in the key store fields.",
            "Make each where it is used and give no room the keys of another. Settings: tenant, keys, audit."
        },
        footer = {
            "%nExamples:",
            "  ./sluice keys init                     (all of them, on one machine)",
            "  ./sluice keys init audit               (only the log's signing key)"
        })
final class KeysInitCommand extends Verb {
    enum Kind {
        ingress,
        fields,
        audit,
        custodian
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "KEYS",
            description = "Which to make: ingress, fields, audit, custodian. Default: all.")
    private @Nullable List<Kind> kinds;

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Set<Kind> wanted = kinds == null ? EnumSet.allOf(Kind.class) : EnumSet.copyOf(kinds);
        Table table = new Table("keys", "", "where", "password file");
        Optional<SigningKey> log = Optional.empty();
        for (Kind kind : wanted) {
            switch (kind) {
                case ingress -> store(table, kind, config.keys().ingress(), config.tenant());
                case fields -> store(table, kind, config.keys().fields(), config.tenant());
                case audit -> log = Optional.of(signingKey(table, config));
                case custodian -> custodian(table, config);
            }
        }
        out().println(table);
        out().println(
                        "Back up each folder, and the key store, token or account that wraps its keys with what opens it, apart from each other and from Kafka's disks:"
                                + " without them nothing that was sealed or encrypted opens again.");
        log.ifPresent(key -> out().println("Auditors pin the log's public key: " + key.verifier()));
        if (log.isPresent() && config.audit().mlDsa()) {
            out().println("and its ML-DSA-44 key: " + mlDsaKey(config).verifier());
        }
        return ExitCode.OK;
    }

    private static void store(Table table, Kind kind, KeysSection.Store store, String tenant) {
        boolean there = Files.exists(store.folder().resolve("keyring.json"));
        open("keys." + kind, store, tenant);
        table.row(kind, there ? "kept" : "made", store.folder(), store.secret());
    }

    private static Keystore open(String section, KeysSection.Store store, String tenant) {
        try {
            return Keystore.openOrCreate(store.folder(), store.settings(), tenant);
        } catch (KeyAccessException e) {
            throw new CommandFailure(section + " cannot be used", e);
        }
    }

    private static void custodian(Table table, SluiceConfig config) {
        KeysSection.Tree tree = config.keys().tree();
        KeysSection.Store fields = config.keys().fields();
        int epoch = config.keys().custodian().epoch();
        Path file = config.keys().custodian().signingKey();
        boolean there = Files.exists(file);
        CustodianKey.readOrCreate(file, tree.custodian());
        table.row(Kind.custodian, there ? "kept" : "made", file, "-");
        TreePublisher trees = new TreePublisher(
                config.tenant(),
                open("keys.fields", fields, config.tenant()),
                new TreeFolder(tree.folder()),
                Clock.systemUTC(),
                new SecureRandom());
        boolean begun = trees.epochs().contains(epoch);
        if (!begun) {
            trees.create(epoch);
        }
        table.row("tree " + epoch, begun ? "kept" : "made", tree.folder(), "-");
    }

    private static SigningKey signingKey(Table table, SluiceConfig config) {
        Path file = config.audit().signingKey();
        boolean there = Files.exists(file);
        try {
            SigningKey key = SigningKey.readOrCreate(file, config.audit().logName(config.tenant()), new SecureRandom());
            table.row(Kind.audit, there ? "kept" : "made", file, "-");
            if (config.audit().mlDsa()) {
                boolean second = Files.exists(config.audit().mlDsaKey());
                mlDsaKey(config);
                table.row("ml-dsa", second ? "kept" : "made", config.audit().mlDsaKey(), "-");
            }
            return key;
        } catch (IOException | NoteException e) {
            throw new CommandFailure("audit.signingKey: " + file + " cannot be used", e);
        }
    }

    private static Cosigner mlDsaKey(SluiceConfig config) {
        Path file = config.audit().mlDsaKey();
        String name = config.audit().logName(config.tenant());
        try {
            if (!Files.exists(file)) {
                Cosigner.write(file, List.of(Cosigner.generate(name, CosignatureType.ML_DSA_44, new SecureRandom())));
            }
            Cosigner key = Cosigner.ofLog(file);
            if (!key.verifier().name().equals(name)) {
                throw new NoteException(
                        file + " is the key of " + key.verifier().name() + ", not of " + name);
            }
            return key;
        } catch (IOException | NoteException e) {
            throw new CommandFailure("audit.mlDsaKey: " + file + " cannot be used", e);
        }
    }
}
