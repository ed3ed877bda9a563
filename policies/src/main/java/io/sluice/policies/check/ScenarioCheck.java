package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.YamlDocument;
import java.time.DateTimeException;
import java.time.LocalDate;

/** Scenarios as far as they can be judged without a policy: their days. Stateless. */
final class ScenarioCheck {
    private ScenarioCheck() {}

    static void run(Check check) {
        for (YamlDocument file : check.files(FileKind.SCENARIOS)) {
            day(check, file, "/day", file.json().path("day"));
            int index = 0;
            for (JsonNode step : file.json().path("steps")) {
                String pointer = "/steps/" + index++;
                day(check, file, pointer + "/ask/day", step.path("ask").path("day"));
                day(check, file, pointer + "/post/day", step.path("post").path("day"));
            }
        }
    }

    private static void day(Check check, YamlDocument file, String pointer, JsonNode day) {
        try {
            if (day.isTextual()) {
                LocalDate unused = LocalDate.parse(day.asText());
            }
        } catch (DateTimeException e) {
            check.error(file, pointer, "'" + day.asText() + "' is no day of the calendar");
        }
    }
}
