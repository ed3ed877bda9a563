package io.sluice.cli.demo;

import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal;
import io.sluice.cli.output.Terminal.Style;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The summary for people, within the terminal's width. */
public final class DemoReport {
    private final PrintWriter out;
    private final Terminal terminal;
    private final int width;

    /** Prints to {@code out}, which is what the terminal is about. */
    public DemoReport(PrintWriter out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
        this.width = Math.min(terminal.columns(), 140);
    }

    /** Prints what a run came to. */
    public void print(DemoRun.Result result) {
        Map<String, Object> summary = result.summary();
        heading("Events");
        Table events = new Table("posted", "accepted", "refused", "quarantined");
        out.println(events.row(Stream.of("posted", "accepted", "rejected", "quarantined")
                .map(count -> String.valueOf(summary.get(count)))
                .toArray()));
        if (!result.refusals().isEmpty()) {
            Table refusals = new Table("refused", "status and code");
            result.refusals().forEach((code, count) -> refusals.row(count, code));
            out.println();
            out.println(refusals);
        }
        heading("Recipients");
        Table recipients = new Table("recipient", "released", "withheld");
        if (summary.get("recipients") instanceof Map<?, ?> all) {
            all.forEach((id, counts) -> {
                if (counts instanceof Map<?, ?> of) {
                    recipients.row(id, String.valueOf(of.get("released")), String.valueOf(of.get("withheld")));
                }
            });
        }
        out.println(recipients);
        views(result.views());
        result.sentence().ifPresent(this::sentence);
        log(result);
    }

    private void views(Map<String, String> views) {
        if (views.isEmpty()) {
            return;
        }
        heading("One record, as each recipient got it");
        Map<String, String> got = new LinkedHashMap<>();
        views.forEach((recipient, view) -> {
            if (view.startsWith("{")) {
                got.put(recipient, view);
            }
        });
        out.println(new SideBySide(got, width).text());
        views.forEach((recipient, view) -> {
            if (!got.containsKey(recipient)) {
                out.println(recipient + " got nothing: " + view);
            }
        });
    }

    private void sentence(String sentence) {
        heading("Why: its audit entry");
        for (String part : sentence.split("(?<=;) ")) {
            out.println(wrapped(part));
        }
    }

    private void log(DemoRun.Result result) {
        heading("The audit log, verified from its bytes");
        Style style = result.verification().passed() ? Style.GREEN : Style.RED;
        result.verification().lines().forEach(line -> out.println(terminal.styled(style, line)));
    }

    private void heading(String text) {
        out.println();
        out.println(terminal.styled(Style.BOLD, text));
    }

    /** Broken between words; what does not begin the text is indented. */
    private String wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ")) {
            if (column > 0 && column + 1 + word.length() > width) {
                lines.append("\n  ");
                column = 2;
            } else if (column > 0) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.toString();
    }
}
