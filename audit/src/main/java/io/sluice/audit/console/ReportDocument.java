package io.sluice.audit.console;

import io.sluice.audit.report.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A report as a file of its own: no script, nothing from elsewhere, light and dark, and laid out for paper, so that a browser
 * prints it or makes a PDF of it. Stateless.
 */
public final class ReportDocument {
    private static final String STYLE = "/io/sluice/audit/console/style.css";

    private ReportDocument() {}

    /** The whole file, UTF-8. */
    public static byte[] of(Report report) {
        StringBuilder out = new StringBuilder("<!doctype html><html lang=\"en\"><head>"
                + "<meta charset=\"utf-8\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<meta name=\"color-scheme\" content=\"light dark\">");
        Html.of("title", report.spec().title() + " · Sluice audit").write(out);
        out.append("<style>").append(style()).append("</style></head>");
        Html.of(
                        "body",
                        Html.of(
                                "main",
                                Html.many(List.of(
                                        Html.of("h1", report.spec().title()),
                                        Html.of("p", report.spec().answers()).is("lead"),
                                        ReportPage.content(report, false)))),
                        Html.of(
                                "footer",
                                "Times are UTC. Sluice made this from an audit log that ./sluice audit verify checks."))
                .write(out);
        return out.append("</html>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String style() {
        try (InputStream resource = ReportDocument.class.getResourceAsStream(STYLE)) {
            if (resource == null) {
                throw new IllegalStateException(STYLE + " is missing from the jar");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
