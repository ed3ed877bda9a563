package io.sluice.cli.demo;

import io.sluice.certs.DevIdentity;
import io.sluice.cli.stack.EmbeddedStack;
import java.nio.file.Path;

/** What to do next with a demo that is up: commands to copy. They use what {@link Handout} left in its folder. */
public final class Explore {
    private Explore() {}

    /** The commands, for another terminal. */
    public static String text(EmbeddedStack stack) {
        Path root = stack.folder().root();
        var producer = stack.pki().identity(DevIdentity.ST_ELSEWHERE);
        return String.join(
                "\n",
                "# post a record; every post is a new one",
                "cd " + root,
                "curl --cacert " + root.relativize(stack.pki().trust()) + " \\",
                "     --cert " + root.relativize(producer.chain()) + " \\",
                "     --key " + root.relativize(producer.key()) + " \\",
                "     -H 'Content-Type: application/fhir+json' -H 'Sluice-Purpose: treatment' \\",
                "     --data-binary @sample.json \\",
                "     " + stack.gatewayAddress() + "/v1/datasets/fhir-patient/events",
                "",
                "curl " + stack.managementAddress() + "/readyz",
                "curl " + stack.managementAddress() + "/metrics",
                "curl --cacert " + root.relativize(stack.pki().trust()) + " " + stack.auditAddress() + "/checkpoint",
                "",
                "# the audit console, as the auditor alan; the link is good once, within 30 minutes (your browser does not know the",
                "# demo's certificate authority: go on, or let it trust "
                        + root.relativize(stack.pki().trust()) + ")",
                stack.consoleLink().toString(),
                "",
                "# addresses as variables, and settings for ./sluice policy history, audit query, audit verify ...",
                ". " + root.resolve("env.sh"),
                "",
                "# turn a protected value back, as the privacy officer; like all that says ./sluice, from the repository's folder",
                "grep io.sluice.view.fhir-patient \"$DEMO/care.ndjson\" | tail -n 1 \\",
                "  | ./sluice reveal --purpose payment --released-for treatment --view - --path /identifier/1/value",
                "",
                "# erase that record's patient: some 20 seconds to the signed certificate",
                "./sluice subject erase --subject " + Handout.samplePatient() + " \\",
                "  --scheme patient --controller st-elsewhere \\",
                "  --chain \"$CERTS/identities/st-elsewhere.crt.pem\" --key \"$CERTS/identities/st-elsewhere.key.pem\"",
                "",
                "Five minutes each, for producers, officers, auditors and privacy officers: docs/tours");
    }
}
