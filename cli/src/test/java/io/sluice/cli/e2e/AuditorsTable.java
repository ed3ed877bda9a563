package io.sluice.cli.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of questions in docs/auditors.md. */
final class AuditorsTable {
    /** A command, or a call. */
    static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** Verbs that ask a running deployment, and not a log alone. */
    static final Set<String> OF_A_DEPLOYMENT = Set.of(
            "policy history",
            "policy diff",
            "policy impact",
            "subject status",
            "subject certificate",
            "reveal reviews",
            "keys list");

    /** Number, commands, calls, pages. */
    private static final Pattern ROW =
            Pattern.compile("^\\| ([0-9]+) \\| [^|]+ \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|.*");

    private AuditorsTable() {}

    /** Its rows, each matched. */
    static List<Matcher> rows() throws IOException {
        return Files.readAllLines(Path.of(System.getProperty("sluice.home"), "docs", "auditors.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .toList();
    }

    /** All commands, as they stand there. */
    static List<String> commands() throws IOException {
        return rows().stream()
                .flatMap(cells -> CODE.matcher(cells.group(2)).results())
                .map(command -> command.group(1))
                .distinct()
                .toList();
    }

    /** Whether a command asks a deployment. */
    static boolean needsADeployment(String command) {
        return OF_A_DEPLOYMENT.stream().anyMatch(verb -> command.equals(verb) || command.startsWith(verb + " "));
    }
}
