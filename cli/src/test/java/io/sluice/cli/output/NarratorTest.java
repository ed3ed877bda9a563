package io.sluice.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NarratorTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void aLineGoesAboveTheBarThatIsDrawnAgain() {
        Narrator narrator = new Narrator(err, true);
        try (ProgressBar bar = narrator.progress("posting", 10)) {
            bar.update(5);
            bytes.reset();

            narrator.say("rulebook: revision 2");

            assertThat(text())
                    .startsWith("\r\u001b[Krulebook: revision 2\n")
                    .contains("posting")
                    .contains("5 of 10");
        }
        bytes.reset();
        narrator.say("after");
        assertThat(text()).isEqualTo("after\n");
    }

    @Test
    void elsewhereALineIsALine() {
        Narrator narrator = new Narrator(err, false);
        try (ProgressBar bar = narrator.progress("posting", 10)) {
            bar.update(5);
            narrator.say("rulebook: revision 2");
            assertThat(text()).endsWith("rulebook: revision 2\n").doesNotContain("\u001b");
        }
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
