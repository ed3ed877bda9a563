package io.sluice.kafkadev;

import static java.util.Objects.requireNonNull;

import io.sluice.certs.PkiFiles;
import java.nio.file.Path;

/**
 * How a development broker starts.
 *
 * @param folder where its data lies; made if missing. It holds released views, so only its owner may read it
 * @param pki the development PKI that it and its clients use
 * @param port where clients connect on 127.0.0.1; 0 picks a free port on the first start and keeps to it on that folder
 */
public record DevBrokerConfig(Path folder, PkiFiles pki, int port) {
    /** What an operator calls {@link #port()}, for error messages. */
    public static final String PORT_SETTING = "kafka.port";

    /** Checks ranges. */
    public DevBrokerConfig {
        requireNonNull(folder, "folder is null");
        requireNonNull(pki, "pki is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(PORT_SETTING + " must be 0 to 65535");
        }
    }

    /** A broker on a port of its own choice. */
    public static DevBrokerConfig of(Path folder, PkiFiles pki) {
        return new DevBrokerConfig(folder, pki, 0);
    }
}
