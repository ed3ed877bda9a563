package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.client.ClientException;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.client.RevealClient;
import io.sluice.cli.config.RevealSection;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks the reveal service. */
final class RevealClientOptions {
    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Certificate chain of who asks, PEM. Without it: the setting reveal.client.chain.")
    private @Nullable Path chain;

    @Option(
            names = "--cert-key",
            paramLabel = "FILE",
            description = "Its private key, PEM. Without it: the setting reveal.client.key.")
    private @Nullable Path key;

    RevealClient client(RevealSection.Client settings) {
        if ((chain == null) != (key == null)) {
            throw new CommandFailure("give --cert and --cert-key together");
        }
        try {
            return new RevealClient(
                    settings.uri(),
                    new ClientIdentity(
                            chain == null ? settings.chain() : chain,
                            key == null ? settings.key() : key,
                            settings.trust()));
        } catch (ClientException e) {
            throw new CommandFailure(e.getMessage() + "; the settings are reveal.client", e);
        }
    }
}
