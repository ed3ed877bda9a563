package io.sluice.audit.report;

import io.sluice.core.rulebook.Recipient;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who recipients are, as the rulebooks said under which they were decided: name, address, country and contract of the last
 * one in the order of the log. For one report and one thread.
 */
final class Parties {
    private final PolicyAtHand policies;
    private final SortedMap<String, String> lastBundle = new TreeMap<>();
    private final TreeSet<String> ids = new TreeSet<>();

    Parties(PolicyAtHand policies) {
        this.policies = policies;
    }

    void seen(String recipient, String bundle) {
        ids.add(recipient);
        lastBundle.put(recipient, bundle);
    }

    /** What is known of a recipient; empty texts where its bundle is not kept. */
    Party of(String recipient) {
        return policies.rulebook(lastBundle.getOrDefault(recipient, ""))
                .map(declared -> declared.rulebook().recipients().get(recipient))
                .map(Party::of)
                .orElse(new Party("", "", "", "", ""));
    }

    TreeSet<String> ids() {
        return ids;
    }

    /**
     * A recipient.
     *
     * @param name legal name
     * @param address postal address
     * @param country ISO 3166-1
     * @param role towards the controller
     * @param safeguard contract, and tool of a transfer
     */
    record Party(String name, String address, String country, String role, String safeguard) {
        private static Party of(Recipient recipient) {
            List<String> safeguard = new ArrayList<>();
            Recipient.Agreement agreement = recipient.agreement();
            if (agreement != null) {
                safeguard.add(agreement.kind() + " " + agreement.ref() + " until " + agreement.until());
            }
            String tool = recipient.transferTool();
            if (tool != null) {
                safeguard.add(tool);
            }
            return new Party(
                    recipient.name(),
                    recipient.address(),
                    recipient.country(),
                    recipient.role(),
                    String.join("; ", safeguard));
        }
    }
}
