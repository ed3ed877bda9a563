package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What is done for and about data subjects. */
@Command(
        name = "subject",
        description = "Erase data subjects, hold their data, and see what became of it.",
        subcommands = {
            SubjectEraseCommand.class,
            SubjectHoldCommand.class,
            SubjectReleaseCommand.class,
            SubjectSuspendCommand.class,
            SubjectStatusCommand.class,
            SubjectCertificateCommand.class,
            SubjectVerifyCommand.class
        })
final class SubjectCommand extends VerbGroup {}
