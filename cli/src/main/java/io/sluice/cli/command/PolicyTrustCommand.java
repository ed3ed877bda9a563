package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Makes the trust root. */
@Command(
        name = "trust",
        description = {
            "Make the trust root that gateway and jobs pin: whose signature makes a bundle, and which officers approve"
                    + " the first revision.",
            "Nobody alone puts a revision in force: its author cannot be the only one who approves it, and what opens a"
                    + " special category takes an officer of the role dpo."
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy trust --bundle-key s.pub.pem --officer ada=a.pub.pem --officer bo=b.pub.pem --dpo bo",
            "  ./sluice policy trust --bundle-key s.pub.pem --officer ada=a.pub.pem --alone     (development)"
        })
final class PolicyTrustCommand extends Verb {
    @Option(
            names = "--bundle-key",
            required = true,
            paramLabel = "FILE",
            description = "Public key of the bundle signer. Several: each is trusted.")
    private List<Path> bundleKeys = List.of();

    @Option(
            names = "--officer",
            required = true,
            paramLabel = "ID=FILE",
            description = "An officer's id and public key. Several: each may approve.")
    private Map<String, Path> officers = new LinkedHashMap<>();

    @Option(
            names = "--required",
            paramLabel = "N",
            description = "Officers whose approval a revision needs. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private int required;

    @Option(
            names = "--dpo",
            paramLabel = "ID",
            description =
                    "An officer of the role dpo, who approves what opens a special category. Several: one of them.")
    private Set<String> dpos = new TreeSet<>();

    @Option(
            names = "--alone",
            description = "Development: a single officer writes, approves and activates, whatever it opens.")
    private boolean alone;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The trust root. Default: the setting policy.trustRoot.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        SluiceConfig config = config();
        SortedMap<String, PublicKey> keys = new TreeMap<>();
        for (Path file : bundleKeys) {
            PublicKey key = KeyFile.readPublic(file, KeyUse.BUNDLE);
            keys.put(BundleSignature.keyId(key), key);
        }
        TrustRoot root = new TrustRoot(config.tenant(), keys, approvers());
        Path file = out == null ? config.policy().trustRoot() : out;
        OfficerFiles.create(file, root.toBytes());
        out().println("Trust root:  " + file + " of tenant " + root.tenant());
        out().println("Bundle keys: " + String.join(", ", keys.keySet()));
        out().println("Officers:    " + required + " of "
                + String.join(", ", root.approvers().officers().keySet())
                + (alone ? ", alone: for development only" : ""));
        if (!alone) {
            out().println("Role dpo:    "
                    + (dpos.isEmpty()
                            ? "nobody, so that no revision can open a special category"
                            : String.join(", ", root.approvers().dpos())));
        }
        out().println("Every gateway and job pins this file: bring it there by a way that you trust.");
        return ExitCode.OK;
    }

    private Approvers approvers() {
        SortedMap<String, OfficerPublicKey> keys = new TreeMap<>();
        officers.forEach((id, file) -> {
            OfficerPublicKey key = OfficerPublicKey.of(KeyFile.readPublic(file, KeyUse.OFFICER));
            if (keys.containsValue(key)) {
                throw new ParameterException(
                        spec().commandLine(), "--officer " + id + " has the key of another officer: " + file);
            }
            keys.put(id, key);
        });
        if (required < 1 || required > keys.size()) {
            throw new ParameterException(
                    spec().commandLine(), "--required must be 1 to the number of officers, " + keys.size());
        }
        if (alone) {
            if (keys.size() > 1 || !dpos.isEmpty()) {
                throw new ParameterException(spec().commandLine(), "--alone is for a single --officer, without --dpo");
            }
            return Approvers.only(keys.firstKey(), keys.values().iterator().next());
        }
        if (keys.size() < 2) {
            throw new ParameterException(
                    spec().commandLine(),
                    "name two officers at least: the author of a revision cannot be the only one who approves it"
                            + " (--alone for development)");
        }
        if (!keys.keySet().containsAll(dpos)) {
            throw new ParameterException(
                    spec().commandLine(), "--dpo names one of the officers: " + String.join(", ", keys.keySet()));
        }
        return new Approvers(required, keys, dpos);
    }
}
