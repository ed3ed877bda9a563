package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** Certificates. */
@Command(
        name = "certs",
        description = "Make certificates for development.",
        subcommands = {CertsDevCommand.class})
final class CertsCommand extends VerbGroup {}
