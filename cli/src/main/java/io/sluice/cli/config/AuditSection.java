package io.sluice.cli.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The log.
 *
 * @param keystore PEM key and certificate of the log builder as a Kafka client
 * @param partition the partition of {@code audit.entries} that this log is built from; each has a process of its own
 * @param origin first part of the log's name; tenant and partition follow it
 * @param signingKey private key that signs checkpoints, mode 600, outside of the log's folder
 * @param mlDsa whether it signs them with an ML-DSA-44 key too
 * @param mlDsaKey that private key, mode 600, outside of the log's folder
 * @param folder where the log lies: tiles, entries, checkpoint
 * @param archive where bundles and plans that entries cite are kept
 * @param indexIn {@link #SQLITE} or {@link #POSTGRESQL}: where the indexes are that queries and the console use
 * @param index of SQLite: the file that queries use; made from the log
 * @param postgresql of PostgreSQL: the schema that both use
 * @param retention how long an entry has to be kept at least; {@code audit prune} goes no further
 * @param checkpointInterval a checkpoint is signed at most this often
 * @param heartbeatInterval a heartbeat entry is written this often, busy or not
 * @param host address of the server
 * @param port port of the server, HTTPS; 0 picks a free one
 * @param managementHost address of the management port
 * @param managementPort management port: liveness, readiness, metrics; 0 picks a free one
 * @param chain PEM certificate chain of the server
 * @param key PEM private key of the server
 * @param trust PEM authorities whose auditors' certificates are accepted; also whom {@code audit verify} trusts
 * @param crls PEM revocation lists of those authorities
 * @param witnesses who cosigns checkpoints
 * @param timestamp who stamps checkpoints with the time
 * @param console the API and the console over the log, on a port of their own
 */
public record AuditSection(
        Path keystore,
        int partition,
        String origin,
        Path signingKey,
        boolean mlDsa,
        Path mlDsaKey,
        Path folder,
        Path archive,
        String indexIn,
        Path index,
        IndexPostgresqlSection postgresql,
        Duration retention,
        Duration checkpointInterval,
        Duration heartbeatInterval,
        String host,
        int port,
        String managementHost,
        int managementPort,
        Path chain,
        Path key,
        Path trust,
        Path crls,
        WitnessesSection witnesses,
        TimestampSection timestamp,
        Console console) {
    /** Indexes in files. */
    public static final String SQLITE = "sqlite";
    /** Indexes on a server. */
    public static final String POSTGRESQL = "postgresql";

    /** 45 CFR 164.316(b)(2)(i), whichever leap days there are. */
    private static final Duration SIX_YEARS = Duration.ofDays(2_192);

    /**
     * The API and the console.
     *
     * @param enabled whether there are any; they need {@code policy.trustRoot}, since the policy says who may read
     * @param host address to bind
     * @param port port to bind, HTTPS; 0 picks a free one
     * @param index of SQLite: the file of their index, not that of {@code audit query}; made from the log
     * @param maxExport most entries of an export
     * @param drafts folder of signed bundles that wait to be looked at; it need not be there
     * @param oidc the OpenID provider whose word lets readers in too
     */
    public record Console(
            boolean enabled, String host, int port, Path index, int maxExport, Path drafts, OidcSection oidc) {
        /** Checks ranges. */
        public Console {
            Require.text("host", host);
            Require.port("port", port);
            Require.range("maxExport", maxExport, 1, 10_000_000);
        }
    }

    /** Checks ranges. */
    public AuditSection {
        Require.range("partition", partition, 0, 99);
        if (!origin.matches("[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)*")) {
            throw new IllegalArgumentException("origin must be a name like sluice.example.org/audit, without a scheme");
        }
        if (!indexIn.equals(SQLITE) && !indexIn.equals(POSTGRESQL)) {
            throw new IllegalArgumentException("indexIn must be " + SQLITE + " or " + POSTGRESQL);
        }
        Require.range("retention", retention, Duration.ofDays(1), Duration.ofDays(36_500));
        Require.range("checkpointInterval", checkpointInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
        Require.range("heartbeatInterval", heartbeatInterval, Duration.ofSeconds(1), Duration.ofHours(1));
        Require.text("host", host);
        Require.port("port", port);
        Require.text("managementHost", managementHost);
        Require.port("managementPort", managementPort);
    }

    static AuditSection defaults(Path folder, Path certs) {
        return new AuditSection(
                certs.resolve("identities/audit.keystore.pem"),
                0,
                "sluice.dev/audit",
                folder.resolve("keys/audit-log.key"),
                false,
                folder.resolve("keys/audit-log.ml-dsa.key"),
                folder.resolve("audit"),
                folder.resolve("archive"),
                SQLITE,
                folder.resolve("index/audit.sqlite"),
                IndexPostgresqlSection.defaults(folder, certs),
                SIX_YEARS,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                "127.0.0.1",
                8444,
                "127.0.0.1",
                9446,
                certs.resolve("identities/audit.crt.pem"),
                certs.resolve("identities/audit.key.pem"),
                certs.resolve("root.crt.pem"),
                certs.resolve("crls.pem"),
                WitnessesSection.defaults(certs),
                TimestampSection.defaults(folder),
                new Console(
                        false,
                        "127.0.0.1",
                        8447,
                        folder.resolve("index/console.sqlite"),
                        100_000,
                        folder.resolve("drafts"),
                        OidcSection.defaults(folder, certs)));
    }

    /** Whether the indexes are on a server. */
    public boolean indexInPostgresql() {
        return indexIn.equals(POSTGRESQL);
    }

    /** The log's name: origin, tenant and partition. */
    public String logName(String tenant) {
        return origin + "/" + tenant + "/" + partition;
    }
}
