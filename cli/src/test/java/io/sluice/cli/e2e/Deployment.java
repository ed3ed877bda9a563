package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.certs.PolicySigner;
import io.sluice.cli.SluiceMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One tenant's deployment as an operator sets it up: a folder with a {@code sluice.yaml}, and the command line. Verbs that
 * end run in this JVM, through the same entry as the launcher's; rooms run in JVMs of their own.
 */
record Deployment(Path folder, PkiFiles pki) {
    /** Stands in the settings where the reveal service's address belongs, until it is known. */
    static final String REVEAL_ADDRESS = "https://localhost:1";

    /** How a command ended. */
    record Run(int code, String out, String err) {
        String all() {
            return out + err;
        }
    }

    /** Writes the settings: those of a small cluster, every port a free one. @param more further lines of YAML */
    static Deployment of(Path folder, PkiFiles pki, String tenant, String bootstrap, String more) throws IOException {
        Files.createDirectories(folder);
        String yaml = """
                tenant: %s
                certs: %s
                kafka: {bootstrap: "%s", trust: %s}
                cluster: {keystore: %s, replicationFactor: 1, minInsyncReplicas: 1, ingressPartitions: 2, releasedPartitions: 1}
                keys: {custodian: {keystore: %s, heartbeat: 1s}, tree: {lease: 20s, clockSkew: 1s}}
                policy: {keystore: %s, bundleKey: %s}
                protect: {keystore: %s, parallelism: 1, checkpointInterval: 500ms}
                deliver: {keystore: %s, checkpointInterval: 500ms}
                """.formatted(
                        tenant,
                        pki.folder(),
                        bootstrap,
                        pki.trust(),
                        pki.identity(DevIdentity.ADMIN).keystore(),
                        pki.identity(DevIdentity.CUSTODIAN).keystore(),
                        pki.identity(DevIdentity.OFFICER).keystore(),
                        pki.signer(PolicySigner.BUNDLE_SIGNER).key(),
                        pki.identity(DevIdentity.PROTECT).keystore(),
                        pki.identity(DevIdentity.DELIVER).keystore());
        Files.writeString(folder.resolve("sluice.yaml"), yaml + more);
        return new Deployment(folder, pki);
    }

    /** The settings of the gateway, with this much of its own. */
    static String gateway(PkiFiles pki, String more) {
        var own = pki.identity(DevIdentity.GATEWAY);
        return "gateway: {chain: %s, key: %s, trust: %s, crls: %s, keystore: %s, managementPort: 0, drainTimeout: 5s, %s}\n"
                .formatted(own.chain(), own.key(), pki.trust(), pki.crls(), own.keystore(), more);
    }

    /** The settings of the log, with this much of its own. */
    static String audit(PkiFiles pki, String more) {
        var own = pki.identity(DevIdentity.AUDIT);
        return "audit: {managementPort: 0, chain: %s, key: %s, trust: %s, crls: %s, keystore: %s, heartbeatInterval: 1s, %s}\n"
                .formatted(own.chain(), own.key(), pki.trust(), pki.crls(), own.keystore(), more);
    }

    /** The settings of the reveal service, on free ports; {@code ada} asks at an address that is written there later. */
    static String reveal(PkiFiles pki) {
        var own = pki.identity(DevIdentity.REVEAL);
        var ada = pki.identity(DevIdentity.ADA);
        return ("reveal: {chain: %s, key: %s, trust: %s, crls: %s, keystore: %s, port: 0, managementPort: 0, drainTimeout: 5s, "
                        + "entryTimeout: 3s, client: {address: \"%s\", chain: %s, key: %s, trust: %s}}\n")
                .formatted(
                        own.chain(),
                        own.key(),
                        pki.trust(),
                        pki.crls(),
                        own.keystore(),
                        REVEAL_ADDRESS,
                        ada.chain(),
                        ada.key(),
                        pki.trust());
    }

    /** Runs a verb in this JVM. */
    Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = SluiceMain.run(
                withConfig(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a verb that must succeed. */
    Run succeed(String... arguments) {
        Run run = run(arguments);
        assertThat(run.code())
                .as(String.join(" ", arguments) + "\n" + run.all())
                .isZero();
        return run;
    }

    /** Starts a room in a JVM of its own. */
    SluiceProcess start(String... arguments) throws IOException {
        return SluiceProcess.start(folder.resolve("output"), withConfig(arguments));
    }

    private String[] withConfig(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config");
        all.add(folder.resolve("sluice.yaml").toString());
        return all.toArray(new String[0]);
    }

    /** As the officers do before there is a policy: the trust root, pinned by every room. */
    void trust() {
        succeed(
                "policy",
                "trust",
                "--bundle-key",
                pki.signer(PolicySigner.BUNDLE_SIGNER).publicKey().toString(),
                "--officer",
                "officer-ada=" + pki.signer(PolicySigner.OFFICER_ADA).publicKey(),
                "--officer",
                "officer-grace=" + pki.signer(PolicySigner.OFFICER_GRACE).publicKey(),
                "--dpo",
                "officer-grace");
    }

    /** As the officers do: the rulebook, built, approved and put in force. */
    void activate(Path rulebook) throws IOException {
        approved(rulebook, 1);
        activated(1);
    }

    /** A revision, built by ada and approved by grace. */
    void approved(Path rulebook, long revision) throws IOException {
        Files.createDirectories(bundle(revision).getParent());
        succeed(
                "policy",
                "build",
                "--rulebook",
                rulebook.toString(),
                "--revision",
                Long.toString(revision),
                "--author",
                key(PolicySigner.OFFICER_ADA),
                "--out",
                bundle(revision).toString());
        succeed(
                "policy",
                "approve",
                bundle(revision).toString(),
                "--offline",
                "--key",
                key(PolicySigner.OFFICER_GRACE));
    }

    /** A revision that is approved, put in force. */
    void activated(long revision) {
        succeed(
                "policy",
                "activate",
                bundle(revision).toString(),
                "--acknowledge",
                "--key",
                key(PolicySigner.OFFICER_ADA));
    }

    /** The archive of a revision; its approvals lie beside it. */
    Path bundle(long revision) {
        return folder.resolve("revision-" + revision).resolve("bundle.tar.gz");
    }

    private String key(PolicySigner officer) {
        return pki.signer(officer).key().toString();
    }
}
