package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.subject.ErasureTrail;
import io.sluice.cli.subject.HoldDesk;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.erase.ErasureCase;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Says how far erasures are. */
@Command(
        name = "status",
        description = "Say how far the erasures of a data subject are, and whether a legal hold stands.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:said",
            "1:the custodian knows of no erasure and there is no hold",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice subject status --subject c-4711 --controller webshop-eu --scheme customer",
            "  ./sluice subject status --entry events.ingress/1/0/42 -o json"
        })
final class SubjectStatusCommand extends Verb {
    @Mixin
    private final SubjectOption subject = new SubjectOption();

    @Option(
            names = "--entry",
            paramLabel = "POSITION",
            description = "One erasure, by where its choice stands, instead of a subject.")
    private @Nullable String entry;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        if (entry != null && subject.given()) {
            throw new ParameterException(
                    spec().commandLine(),
                    "--entry is one erasure, whoever its subject is: name it or a subject, not both");
        }
        SluiceConfig config = config();
        SubjectRef ref = entry == null ? subject.ref(spec(), config) : null;
        OfficerKafka kafka = OfficerKafka.of(config);
        List<ErasureCase> cases;
        try (ErasureTrail trail =
                ref != null ? ErasureTrail.of(kafka, ref) : ErasureTrail.of(kafka, String.valueOf(entry))) {
            cases = trail.cases();
        }
        SubjectRef meant = ref != null || cases.isEmpty() ? ref : cases.get(0).subject();
        Optional<LegalHold> hold = meant == null
                ? Optional.empty()
                : new HoldDesk(kafka, Officer.of(config.policy().keystore()), Clock.systemUTC()).standing(meant);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put(
                    "erasures",
                    cases.stream()
                            .map(one -> SubjectCertificateCommand.tree(
                                    new String(one.toBytes(), java.nio.charset.StandardCharsets.UTF_8)))
                            .toList());
            hold.ifPresent(standing -> json.put("hold", standing.toJson()));
            out().println(Json.line(json));
        } else {
            hold.ifPresent(standing -> out().println("Held since " + standing.since() + ": " + standing.reason()
                    + (standing.until() == null ? "" : " (until " + standing.until() + ")")));
            cases.forEach(one -> out().println(one.choice().entry() + "  "
                    + one.state().code() + " since " + one.since() + ": " + SubjectEraseCommand.step(one)));
            if (cases.isEmpty()) {
                out().println("The custodian knows of no erasure.");
            }
        }
        return cases.isEmpty() && hold.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
    }
}
