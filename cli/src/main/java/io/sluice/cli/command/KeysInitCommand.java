package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.protection.seal.SealKeys;
import picocli.CommandLine.Command;

/** Makes the local key store. */
@Command(
        name = "init",
        description = {
            "Make the local key store with its keyring and a random password in the password file.",
            "What is there stays: a second run changes nothing."
        })
final class KeysInitCommand extends Verb {
    @Override
    public Integer call() {
        SluiceConfig config = config();
        SealKeys.openOrCreate(config.keys().folder(), config.keys().passwordFile(), config.tenant());
        out().println("Key store:     " + config.keys().folder());
        out().println("Password file: " + config.keys().passwordFile());
        out().println("Back up both, apart from each other: without them nothing that was sealed opens again.");
        return ExitCode.OK;
    }
}
