package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What auditors do. */
@Command(
        name = "audit",
        description = "Verify the audit log and ask it questions.",
        subcommands = {AuditVerifyCommand.class, AuditQueryCommand.class})
final class AuditCommand extends VerbGroup {}
