package io.sluice.benchmarks.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.audit.log.EntryForm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LogCommandTest {
    @Test
    void measuresASmallLog() throws Exception {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new LogCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute("--entries", "700", "--batch", "300", "--subjects", "50", "-o", "json");

        assertThat(code).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        for (String name :
                List.of("appendPerSecond", "plainPerSecond", "indexPerSecond", "proofP99Millis", "searchP99Millis")) {
            assertThat(json.path(name).asDouble()).as(name).isPositive();
        }
        assertThat(json.path("entries").asInt()).isEqualTo(700);
    }

    @Test
    void refusesWhatIsNoRun() {
        StringWriter err = new StringWriter();
        int code =
                new CommandLine(new LogCommand()).setErr(new PrintWriter(err)).execute("--batch", "65537");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("--batch 1 to 65536");
    }

    @Test
    void entriesHaveTheirFormAndLength() throws Exception {
        MadeEntries made = new MadeEntries(10);
        for (long place : List.of(0L, 9L, 99_999_999L)) {
            byte[] entry = made.from(place, place + 1).get(0);
            assertThat(entry).hasSize(MadeEntries.BYTES);
            assertThat(EntryForm.read(entry).json().at("/subject/ref").asText()).isEqualTo(made.subject(place));
        }
        assertThat(made.subject(3)).isEqualTo(made.subject(13)).matches("s1_[a-z]{26}");
    }
}
