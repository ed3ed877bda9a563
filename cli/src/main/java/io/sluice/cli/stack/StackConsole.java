package io.sluice.cli.stack;

import io.sluice.audit.api.ApiLimits;
import io.sluice.audit.console.AuditConsoleConfig;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.VerifierKey;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.policies.draft.DraftFolder;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.serving.tls.TlsConfig;
import java.util.List;

/** The console's settings in an embedded stack: the demo's port, the development certificates, and links for its auditor. */
final class StackConsole {
    private StackConsole() {}

    static AuditConsoleConfig config(
            SluiceConfig config, StackFolder folder, PkiFiles pki, VerifierKey key, TrustRoot root) {
        var server = pki.identity(DevIdentity.AUDIT);
        return new AuditConsoleConfig(
                        config.tenant(),
                        "127.0.0.1",
                        config.demo().consolePort(),
                        new TlsConfig(
                                server.chain(),
                                server.key(),
                                pki.trust(),
                                List.of(pki.crls()),
                                TlsConfig.DEFAULT_RELOAD),
                        new AuditIndexConfig(folder.consoleIndex(), FileLogStore.source(folder.audit()), key),
                        folder.archive(),
                        List.of(),
                        DevIdentity.ALAN.spiffeId().orElseThrow(),
                        ApiLimits.DEFAULT)
                .withDrafts(new DraftFolder(folder.drafts(), root)::drafts);
    }
}
