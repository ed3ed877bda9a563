package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.room.ClusterAdmin;
import io.sluice.core.cluster.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** What {@code cluster create} and {@code cluster check} share: the administrator's client and how findings are told. */
abstract class ClusterVerb extends Verb {
    @Mixin
    private final OutputOption output = new OutputOption();

    /** Does the work. @param done told what was made, in words by their JSON names */
    abstract List<Finding> run(ClusterAdmin cluster, Map<String, Object> done);

    @Override
    public final Integer call() {
        SluiceConfig config = config();
        Map<String, Object> json = new LinkedHashMap<>();
        List<Finding> findings;
        try (ClusterAdmin cluster = ClusterAdmin.connect(config)) {
            findings = run(cluster, json);
        } catch (io.sluice.cluster.ClusterException e) {
            throw new CommandFailure(
                    "Kafka at " + config.kafka().bootstrap() + " did not do what the administrator asked"
                            + " (kafka.bootstrap, cluster.keystore)",
                    e);
        }
        if (output.json()) {
            json.put("findings", findings.stream().map(ClusterVerb::json).toList());
            out().println(Json.line(json));
        } else {
            json.forEach((what, made) -> out().println(what + ": " + (made.equals(List.of()) ? "none" : made)));
            findings.forEach(finding -> out().println(finding));
            out().println(findings.isEmpty() ? "The cluster is as planned." : findings.size() + " deviations");
        }
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("kind", finding.kind().name());
        one.put("resource", finding.resource());
        one.put("expected", finding.expected());
        one.put("actual", finding.actual());
        return one;
    }
}
