package io.sluice.cli.policy;

import io.sluice.policies.verify.InForce;
import java.util.List;
import java.util.stream.Collectors;

/** What a revision opens of special categories, for people. */
public final class Openings {
    /** Most lines shown; {@code -o json} has all. */
    private static final int SHOWN = 20;

    private Openings() {}

    /** Lines, the last with its line feed. @param inForce what it is measured by */
    public static String text(List<String> openings, InForce inForce) {
        String than = inForce.bundle() == null ? "no revision, so that all counts" : "revision " + inForce.revision();
        if (openings.isEmpty()) {
            return "Opens nothing of a special category that " + than + " keeps closed.\n";
        }
        return openings.stream()
                .limit(SHOWN)
                .map(line -> "  " + line + "\n")
                .collect(Collectors.joining(
                        "",
                        "Opens of special categories (in force: " + than + "):\n",
                        openings.size() > SHOWN ? "  and " + (openings.size() - SHOWN) + " more (-o json)\n" : ""));
    }
}
