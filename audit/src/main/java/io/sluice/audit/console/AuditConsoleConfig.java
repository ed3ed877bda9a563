package io.sluice.audit.console;

import io.sluice.audit.api.ApiLimits;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.oidc.OidcConfig;
import io.sluice.policies.verify.VerifiedBundle;
import io.sluice.serving.tls.TlsConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a log is shown.
 *
 * @param tenant the deployment's
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 * @param tls its files
 * @param index the log and its index; the index may be shared with {@code audit query}
 * @param partition of {@code audit.entries}, the one that the log is built from
 * @param archive folder of the plans that entries cite
 * @param witnesses keys of those who cosign the log: asked for when it is verified, and put into packs
 * @param linkIdentity whom a one-time link signs in, as {@code spiffe://sluice.dev/auditor/alan}; null where only
 *     certificates count, as in production
 * @param oidc the OpenID provider whose word lets people and programs in beside certificates; null for none
 * @param drafts revisions that wait to be looked at, each signed by a trusted key; a shadow that runs is added to them
 * @param limits bounds
 */
public record AuditConsoleConfig(
        String tenant,
        String host,
        int port,
        TlsConfig tls,
        AuditIndexConfig index,
        int partition,
        Path archive,
        List<CosignerKey> witnesses,
        @Nullable String linkIdentity,
        @Nullable OidcConfig oidc,
        Supplier<List<VerifiedBundle>> drafts,
        ApiLimits limits) {
    public AuditConsoleConfig {
        witnesses = List.copyOf(witnesses);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is 0 to 65535");
        }
        if (partition < 0) {
            throw new IllegalArgumentException("partition is 0 or more");
        }
    }

    /** One of partition 0 that asks no OpenID provider, without drafts. */
    public AuditConsoleConfig(
            String tenant,
            String host,
            int port,
            TlsConfig tls,
            AuditIndexConfig index,
            Path archive,
            List<CosignerKey> witnesses,
            @Nullable String linkIdentity,
            ApiLimits limits) {
        this(tenant, host, port, tls, index, 0, archive, witnesses, linkIdentity, null, List::of, limits);
    }

    /** The same, with that provider. */
    public AuditConsoleConfig withOidc(@Nullable OidcConfig provider) {
        return new AuditConsoleConfig(
                tenant, host, port, tls, index, partition, archive, witnesses, linkIdentity, provider, drafts, limits);
    }

    /** The same, of that partition. */
    AuditConsoleConfig withPartition(int of) {
        return new AuditConsoleConfig(
                tenant, host, port, tls, index, of, archive, witnesses, linkIdentity, oidc, drafts, limits);
    }

    /** The same, with those drafts. */
    public AuditConsoleConfig withDrafts(Supplier<List<VerifiedBundle>> waiting) {
        return new AuditConsoleConfig(
                tenant, host, port, tls, index, partition, archive, witnesses, linkIdentity, oidc, waiting, limits);
    }
}
