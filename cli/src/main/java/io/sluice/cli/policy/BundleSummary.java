package io.sluice.cli.policy;

import io.sluice.cli.output.Table;
import io.sluice.core.rulebook.Recipient;
import io.sluice.policies.verify.VerifiedBundle;
import java.util.LinkedHashMap;
import java.util.Map;

/** A bundle in words: what an officer approves. */
public final class BundleSummary {
    private BundleSummary() {}

    /** Revision, validity and recipients, a line each. */
    public static String text(VerifiedBundle bundle) {
        Table recipients = new Table("recipient", "purpose", "name", "country", "role", "agreement");
        for (Recipient recipient : bundle.rulebook().recipients().values()) {
            Recipient.Agreement agreement = recipient.agreement();
            recipients.row(
                    recipient.id(),
                    recipient.purpose(),
                    recipient.name(),
                    recipient.country(),
                    recipient.role(),
                    agreement == null
                            ? "none"
                            : agreement.kind() + " " + agreement.ref() + " until " + agreement.until());
        }
        return "Revision " + bundle.revision() + " of tenant "
                + bundle.metadata().tenant() + "\n"
                + "Digest:     " + bundle.digest() + "\n"
                + "Valid:      " + bundle.metadata().notBefore() + " until "
                + bundle.metadata().expires() + "\n"
                + "Datasets:   "
                + String.join(", ", bundle.rulebook().datasets().keySet()) + "\n"
                + "Recipients: " + bundle.rulebook().recipients().size() + "\n\n" + recipients;
    }

    /** What programs need of it. */
    public static Map<String, Object> json(VerifiedBundle bundle) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tenant", bundle.metadata().tenant());
        json.put("revision", bundle.revision());
        json.put("digest", bundle.digest());
        json.put("notBefore", bundle.metadata().notBefore().toString());
        json.put("expires", bundle.metadata().expires().toString());
        return json;
    }
}
