package io.sluice.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.subject.ErasureTrail;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a certificate. */
@Command(
        name = "certificate",
        description = "Print the signed certificate of an erasure, as the custodian published it.",
        footer = {"%nExample:", "  ./sluice subject certificate events.ingress/1/0/42 > certificate.json"})
final class SubjectCertificateCommand extends Verb {
    @Parameters(
            paramLabel = "POSITION",
            description = "Where the choice stands, as \"subject erase\" and \"subject status\" say.")
    private String entry = "";

    @Override
    public Integer call() {
        try (ErasureTrail trail = ErasureTrail.of(OfficerKafka.of(config()), entry)) {
            byte[] certificate = trail.certificate()
                    .orElseThrow(() -> new CommandFailure("There is no certificate of " + entry
                            + trail.cases().stream()
                                    .findFirst()
                                    .map(one -> ": it is " + one.state().code() + ", " + SubjectEraseCommand.step(one))
                                    .orElse("; the custodian knows of no such erasure")));
            out().println(new String(certificate, UTF_8));
            return ExitCode.OK;
        }
    }

    /** JSON that the custodian wrote, as a tree. */
    static JsonNode tree(String json) {
        try {
            return StrictJson.read(json.getBytes(UTF_8));
        } catch (MalformedJsonException e) {
            throw new CommandFailure("The custodian's record is no JSON", e);
        }
    }
}
