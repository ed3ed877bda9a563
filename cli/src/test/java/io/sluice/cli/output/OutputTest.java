package io.sluice.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        String table = new Table("recipient", "released")
                .row("care", 7)
                .row("research", "1,205")
                .toString();

        assertThat(table).isEqualTo("""
                recipient  released
                care              7
                research      1,205""");
    }

    @Test
    void coloursOnlyWhereOutputIsATerminal() {
        Terminal piped = new Terminal(false, true, true, 80);
        Terminal screen = new Terminal(true, true, true, 80);

        assertThat(piped.styled(Terminal.Style.GREEN, "ok")).isEqualTo("ok");
        assertThat(screen.styled(Terminal.Style.GREEN, "ok")).contains("ok").startsWith("\u001b[");
    }

    @Test
    void obeysNoColor() {
        Terminal terminal = Terminal.of(Map.of("sluice.terminal.out", "true")::get, Map.of("NO_COLOR", "1")::get);

        assertThat(terminal.styled(Terminal.Style.RED, "x")).isEqualTo("x");
    }

    @Test
    void progressDrawsNoControlCharactersIntoALogFile() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ProgressBar progress =
                new ProgressBar(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, "posting", 10)) {
            progress.update(10);
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("posting: 10 of 10")
                .doesNotContain("\r\u001b");
    }
}
