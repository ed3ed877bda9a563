package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal.Style;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Grant;
import io.sluice.core.cluster.TopicSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what the cluster will look like. */
@Command(
        name = "plan",
        description = {
            "Print the topics with their settings and who is granted what, as cluster create will make them.",
            "Asks no broker. The sizes are those of the section cluster of sluice.yaml. Recipients' topics are not in"
                    + " it: an activation of a policy makes them."
        },
        footer = "%nExample: ./sluice cluster plan -o json")
final class ClusterPlanCommand extends Verb {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        ClusterLayout layout = config().layout();
        if (output.json()) {
            out().println(Json.line(json(layout)));
        } else {
            out().println(terminal().styled(Style.BOLD, "Topics"));
            out().println(topics(layout));
            out().println();
            out().println(terminal().styled(Style.BOLD, "Grants"));
            out().println(grants(layout));
        }
        return ExitCode.OK;
    }

    private static Table topics(ClusterLayout layout) {
        Table table = new Table("topic", "partitions", "replicas", "settings");
        for (TopicSpec topic : layout.fixedTopics()) {
            String settings = topic.settings().entrySet().stream()
                    .map(setting -> setting.getKey() + "=" + setting.getValue())
                    .collect(Collectors.joining(" "));
            table.row(topic.name(), topic.partitions(), topic.replicationFactor(), settings);
        }
        return table;
    }

    private static Table grants(ClusterLayout layout) {
        Table table = new Table("principal", "resource", "name", "operations");
        for (Grant grant : layout.grants()) {
            table.row(
                    grant.room().principal(),
                    grant.kind(),
                    grant.name() + (grant.prefixed() ? "*" : ""),
                    grant.operations().stream().map(Enum::name).collect(Collectors.joining(" ")));
        }
        return table;
    }

    private static Map<String, Object> json(ClusterLayout layout) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(
                "topics",
                layout.fixedTopics().stream()
                        .map(topic -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("name", topic.name());
                            one.put("partitions", topic.partitions());
                            one.put("replicationFactor", topic.replicationFactor());
                            one.put("settings", topic.settings());
                            return one;
                        })
                        .toList());
        json.put(
                "grants",
                layout.grants().stream()
                        .map(grant -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("principal", grant.room().principal());
                            one.put("resource", grant.kind().name());
                            one.put("name", grant.name());
                            one.put("prefixed", grant.prefixed());
                            one.put(
                                    "operations",
                                    grant.operations().stream().map(Enum::name).toList());
                            return one;
                        })
                        .toList());
        return json;
    }
}
