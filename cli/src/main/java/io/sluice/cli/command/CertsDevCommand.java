package io.sluice.cli.command;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Table;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes or completes the development PKI. */
@Command(
        name = "dev",
        description = {
            "Make a development PKI: authorities, a certificate for every room, producers, an officer, an auditor, the"
                    + " faulty ones that tests need, and the officers' signing keys. What is there and good stays."
        },
        footer = "%nExample: ./sluice certs dev --dir certs")
final class CertsDevCommand extends Verb {
    @Option(names = "--dir", paramLabel = "DIR", description = "Folder of the PKI. Default: the setting certs.")
    private @Nullable Path folder;

    @Option(names = "--renew", description = "Make every certificate anew; the authorities stay.")
    private boolean renew;

    @Override
    public Integer call() {
        Path target = folder == null ? config().certs() : folder;
        Clock clock = Clock.systemUTC();
        PkiFiles files = renew ? DevPki.renew(target, clock) : DevPki.openOrCreate(target, clock);
        Table table = new Table("identity", "kind", "certificate chain");
        for (DevIdentity identity : DevIdentity.values()) {
            table.row(
                    identity.commonName(),
                    identity.kind().name().toLowerCase(java.util.Locale.ROOT),
                    files.identity(identity).chain());
        }
        out().println(table);
        out().println();
        out().println("Trust anchor: " + files.trust());
        out().println("Private keys stand beside the chains (mode 600). For development only.");
        return ExitCode.OK;
    }
}
