package io.sluice.cli.stack;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.RevealSettings;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.reveal.RevealConfig;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The reveal service's settings in an embedded stack: the limits of its section, the demo's port, the development certificates. */
final class StackReveal {
    private StackReveal() {}

    /** The subjects' keys, as the stack's custodian announces them. */
    static SubjectKeys subjects(StackFolder folder, Keystore fields, String tenant) {
        return new SubjectKeys(
                tenant,
                CustodianPublicKey.read(folder.custodianPublicKey()),
                fields,
                new TreeFolder(folder.tree()),
                RegistryLimits.DEFAULT.withLease(StackCustodian.LEASE, StackCustodian.CLOCK_SKEW),
                Clock.systemUTC(),
                System::nanoTime);
    }

    static RevealConfig config(SluiceConfig config, ClusterLayout layout, PkiFiles pki, Map<String, Object> kafka) {
        var server = pki.identity(DevIdentity.REVEAL);
        TlsConfig tls = new TlsConfig(
                server.chain(),
                server.key(),
                pki.trust(),
                List.of(pki.rootCrl(), pki.intermediateCrl()),
                TlsConfig.DEFAULT_RELOAD);
        return RevealSettings.of(
                config.reveal(),
                layout,
                "127.0.0.1",
                config.demo().revealPort(),
                tls,
                new ManagementConfig("127.0.0.1", 0),
                kafka,
                config.policy().status());
    }
}
