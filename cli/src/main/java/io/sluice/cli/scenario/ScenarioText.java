package io.sluice.cli.scenario;

import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal;
import io.sluice.cli.output.Terminal.Style;
import io.sluice.policies.scenario.Difference;
import io.sluice.policies.scenario.Failure;
import io.sluice.policies.scenario.ScenarioResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How scenarios went, for people and for programs. Stateless. */
public final class ScenarioText {
    private static final int MAX_VALUE = 60;

    private ScenarioText() {}

    /** A line for each scenario, and below it what is not as expected, field by field. */
    public static String of(List<ScenarioResult> scenarios, Terminal terminal) {
        List<String> lines = new ArrayList<>();
        for (ScenarioResult scenario : scenarios) {
            String mark =
                    scenario.passed() ? terminal.styled(Style.GREEN, "ok    ") : terminal.styled(Style.RED, "FAILED");
            lines.add(mark + "  " + scenario.file() + "  " + scenario.title());
            if (!scenario.passed()) {
                lines.addAll(failures(scenario));
            }
        }
        long failed = scenarios.stream().filter(one -> !one.passed()).count();
        int steps = scenarios.stream().mapToInt(ScenarioResult::steps).sum();
        lines.add("");
        lines.add(
                failed == 0
                        ? terminal.styled(
                                Style.GREEN,
                                counted(scenarios.size(), "scenario") + " with " + counted(steps, "step")
                                        + ": everything is as expected.")
                        : terminal.styled(
                                        Style.RED, failed + " of " + counted(scenarios.size(), "scenario") + " failed.")
                                + " Change the rulebook, or the scenario where it expects too much.");
        return String.join("\n", lines);
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static List<String> failures(ScenarioResult scenario) {
        List<String> lines = new ArrayList<>();
        Map<String, List<Failure>> differences = new TreeMap<>();
        int step = 0;
        for (Failure failure : scenario.failures()) {
            if (failure.step() != step) {
                lines.addAll(tables(differences));
                differences.clear();
                step = failure.step();
                lines.add("        step " + step + ", " + failure.what());
            }
            Difference difference = failure.difference();
            if (difference == null) {
                lines.add("          " + failure.finding().place() + ": "
                        + failure.finding().message());
            } else {
                differences
                        .computeIfAbsent(difference.recipient(), first -> new ArrayList<>())
                        .add(failure);
            }
        }
        lines.addAll(tables(differences));
        return lines;
    }

    private static List<String> tables(Map<String, List<Failure>> differences) {
        List<String> lines = new ArrayList<>();
        differences.forEach((recipient, failures) -> {
            lines.add("          the view of " + recipient + " differs at "
                    + failures.get(0).finding().place() + ":");
            Table table = new Table("field", "expected", "it gets", "because");
            for (Failure failure : failures) {
                Difference one = failure.difference();
                if (one != null) {
                    table.row(
                            one.path().isEmpty() ? "(all)" : one.path(),
                            shortened(one.expected()),
                            shortened(one.actual()),
                            one.because());
                }
            }
            table.toString().lines().forEach(line -> lines.add("            " + line));
        });
        return lines;
    }

    private static String shortened(String value) {
        if (value.equals(Difference.ABSENT)) {
            return "(not there)";
        }
        return value.length() <= MAX_VALUE ? value : value.substring(0, MAX_VALUE - 1) + "…";
    }

    /** The JSON object of {@code -o json}. */
    public static Map<String, Object> json(List<ScenarioResult> scenarios) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenarios", scenarios.stream().map(ScenarioText::json).toList());
        json.put("failed", scenarios.stream().filter(one -> !one.passed()).count());
        return json;
    }

    private static Map<String, Object> json(ScenarioResult scenario) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", scenario.file());
        json.put("scenario", scenario.title());
        json.put("steps", scenario.steps());
        json.put("passed", scenario.passed());
        json.put(
                "failures", scenario.failures().stream().map(ScenarioText::json).toList());
        return json;
    }

    private static Map<String, Object> json(Failure failure) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("step", failure.step());
        json.put("what", failure.what());
        json.putAll(failure.finding().toJson());
        Difference difference = failure.difference();
        if (difference != null) {
            json.put("difference", difference.toJson());
        }
        return json;
    }
}
