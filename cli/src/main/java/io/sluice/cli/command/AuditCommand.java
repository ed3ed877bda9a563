package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What auditors do. */
@Command(
        name = "audit",
        description =
                "Build and serve the audit log, verify it, ask it questions, prove its entries, report on it, pack evidence, prune it.",
        subcommands = {
            AuditServeCommand.class,
            AuditVerifyCommand.class,
            AuditQueryCommand.class,
            AuditProofCommand.class,
            AuditReportCommand.class,
            AuditReviewCommand.class,
            AuditPackCommand.class,
            AuditPruneCommand.class
        })
final class AuditCommand extends VerbGroup {}
