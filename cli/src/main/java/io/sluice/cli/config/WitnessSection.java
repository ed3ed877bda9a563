package io.sluice.cli.config;

import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.VerifierKey;
import java.nio.file.Path;
import java.util.List;

/**
 * A witness of logs, which an auditor runs.
 *
 * @param folder where it keeps what it saw; whoever sets it back makes it forget
 * @param signingKey its private keys, mode 600
 * @param logs public keys of the logs that it witnesses, as their {@code log.vkey} has them
 * @param host address of the server
 * @param port port of the server, HTTPS; 0 picks a free one
 * @param chain PEM certificate chain of the server
 * @param key PEM private key of the server
 */
public record WitnessSection(
        Path folder, Path signingKey, List<String> logs, String host, int port, Path chain, Path key) {
    /** Checks the logs' keys and the port. */
    public WitnessSection {
        Require.text("host", host);
        Require.port("port", port);
        logs.forEach(WitnessSection::parse);
    }

    static WitnessSection defaults(Path folder, Path certs) {
        return new WitnessSection(
                folder.resolve("witness"),
                folder.resolve("keys/witness.key"),
                List.of(),
                "127.0.0.1",
                8446,
                certs.resolve("identities/audit.crt.pem"),
                certs.resolve("identities/audit.key.pem"));
    }

    /** The logs' keys. */
    public List<VerifierKey> logKeys() {
        return logs.stream().map(WitnessSection::parse).toList();
    }

    private static VerifierKey parse(String log) {
        try {
            return VerifierKey.parse(log);
        } catch (NoteException e) {
            throw new IllegalArgumentException("logs: \"" + log + "\" is no log's public key: " + e.getMessage(), e);
        }
    }
}
