package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.OfficerEntries;
import io.sluice.core.audit.ActEntry;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Rotates a key, while everything runs. */
@Command(
        name = "rotate",
        description = {
            "Rotate a key while everything runs.",
            "A key of a domain: make its next version. Values are encrypted (encrypt.DOMAIN) under it from the next second"
                    + " on; tokens and the like change only when the rulebook names the new version as its epoch. Old"
                    + " versions stay for what they protected.",
            "--wrapping: wrap every key of the store anew under a fresh KMS key and destroy the one before. No key changes.",
            "Each rotation is an entry of the audit log. Settings: keys, policy.keystore, kafka."
        },
        footer = {
            "%nExamples:",
            "  ./sluice keys rotate fields encrypt.care",
            "  ./sluice keys rotate ingress --wrapping"
        })
final class KeysRotateCommand extends Verb {
    /** Others are of one version for the life of what they name. */
    private static final Pattern ROTATED = Pattern.compile("(encrypt|encrypt-deterministic|token|fpe|shift)[.].+");

    @Parameters(index = "0", paramLabel = "STORE", description = "ingress or fields.")
    private KeyStoreName store = KeyStoreName.fields;

    @Parameters(index = "1", arity = "0..1", paramLabel = "KEY", description = "A key, as keys list names it.")
    private @Nullable String key;

    @Option(names = "--wrapping", description = "The KMS key that wraps the others.")
    private boolean wrapping;

    @Override
    public Integer call() {
        requireSense();
        SluiceConfig config = config();
        OfficerKafka kafka = OfficerKafka.of(config);
        Officer officer = Officer.of(config.policy().keystore());
        KeyRing ring = store.open(config).ring();
        Clock clock = Clock.systemUTC();
        try (OfficerEntries entries = OfficerEntries.open(kafka)) { // no rotation without its entry
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("certificate", officer.certificate());
            detail.put("store", store.toString());
            String done = key == null ? rewrap(ring, detail) : rotate(ring, key, detail);
            entries.write(ActEntry.of(
                    ActEntry.Code.KEY_ROTATED, config.tenant(), "keys", officer.name(), clock.instant(), detail));
            out().println(done);
            return ExitCode.OK;
        } catch (KeyAccessException e) {
            throw new CommandFailure("keys." + store + ": nothing was rotated", e);
        }
    }

    private void requireSense() {
        if (wrapping == (key != null)) {
            throw new ParameterException(
                    spec().commandLine(),
                    wrapping ? "--wrapping and KEY exclude each other" : "Name a KEY, or --wrapping");
        }
        if (key != null && !ROTATED.matcher(key).matches()) {
            throw new ParameterException(
                    spec().commandLine(), "key " + key + " is never rotated; keys of domains are, like encrypt.care");
        }
    }

    private String rotate(KeyRing ring, String name, Map<String, Object> detail) {
        if (ring.versions(name).isEmpty()) {
            throw new CommandFailure("There is no key " + name + " in keys." + store + "; sluice keys list " + store
                    + " names those there are");
        }
        RingKey next = ring.rotate(name);
        detail.put("key", name);
        detail.put("version", next.version());
        detail.put("id", next.id().hex());
        return name + " has version " + next.version() + ", id " + next.id();
    }

    private static String rewrap(KeyRing ring, Map<String, Object> detail) {
        List<DestroyReceipt> destroyed = ring.rewrap();
        detail.put(
                "destroyed",
                destroyed.stream()
                        .map(receipt -> Map.of(
                                "kmsKey", receipt.keyName(),
                                "id", receipt.id(),
                                "effective", receipt.effective().toString()))
                        .toList());
        StringBuilder said = new StringBuilder("The keys are wrapped anew");
        destroyed.forEach(receipt -> said.append("; ")
                .append(receipt.keyName())
                .append(" is destroyed as of ")
                .append(receipt.effective()));
        return said.toString();
    }
}
