package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.audit.verify.Finding;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The three verdicts of this server's own verification, each by itself, never merged. Stateless. */
final class VerdictList {
    private static final int FINDINGS_SHOWN = 20;

    private VerdictList() {}

    /** The verdicts as labels with what they are of, and when. */
    static Html brief(RollingVerification rolling) {
        return rolling.last()
                .map(outcome -> {
                    Verification found = outcome.verification();
                    return found == null
                            ? Html.many(List.of(
                                    of("p", Frame.badge("quarantine", "could not be read"), " " + outcome.fault()),
                                    when(rolling, outcome)))
                            : Html.many(List.of(
                                    of(
                                                    "ul",
                                                    of("li", "intact ", badge(found.intact())),
                                                    of("li", "complete ", badge(found.complete())),
                                                    of("li", "witnessed ", badge(found.witnessed())))
                                            .is("chips verdict-chips"),
                                    when(rolling, outcome)));
                })
                .orElseGet(() -> of("p", "The first verification is under way.").is("empty"));
    }

    /** The verdicts with what each means, and the findings. */
    static Html whole(RollingVerification rolling) {
        List<Html> parts = new ArrayList<>();
        RollingVerification.Outcome outcome = rolling.last().orElse(null);
        Verification found = outcome == null ? null : outcome.verification();
        if (outcome == null || found == null) {
            parts.add(brief(rolling));
        } else {
            parts.add(of(
                            "dl",
                            verdict(
                                    "intact",
                                    found.intact(),
                                    "Every entry, tile and signature was derived again from the bytes of "
                                            + Frame.number(found.size()) + " entries, and is what was signed."),
                            verdict(
                                    "complete",
                                    found.complete(),
                                    (found.pruned() == 0
                                                    ? ""
                                                    : "From entry " + Frame.number(found.pruned())
                                                            + " on, what is before was pruned. ")
                                            + "Each position of the ingress has its one entry"
                                            + (found.complete() == Verdict.OPEN
                                                    ? ", but for the end, which is still being written."
                                                    : ".")),
                            verdict("witnessed", found.witnessed(), witnessed(found)))
                    .is("verdicts"));
            parts.add(when(rolling, outcome));
            if (!found.findings().isEmpty()) {
                parts.add(findings(found));
            }
        }
        return Html.many(parts);
    }

    private static String witnessed(Verification found) {
        return switch (found.witnessed()) {
            case NOT_ASKED -> "This log is configured with no witness, so nobody is known to have seen the same one.";
            case HOLDS -> "Witnesses cosigned " + Frame.number(found.cosigned()) + " entries.";
            case OPEN ->
                "Witnesses cosigned " + Frame.number(found.cosigned()) + " entries; the last "
                        + Frame.number(found.uncovered()) + " are not covered.";
            case FAILS -> "The witnesses that were asked for did not cosign this log.";
        };
    }

    private static Html findings(Verification found) {
        List<Html> items = new ArrayList<>();
        for (Finding finding : found.findings()
                .subList(0, Math.min(FINDINGS_SHOWN, found.findings().size()))) {
            items.add(of("li", finding.toString()));
        }
        if (found.findingCount() > items.size()) {
            items.add(of("li", "and " + Frame.number(found.findingCount() - items.size()) + " more"));
        }
        return of("ul", Html.many(items)).is("findings");
    }

    private static Html when(RollingVerification rolling, RollingVerification.Outcome outcome) {
        Verification found = outcome.verification();
        return of(
                        "p",
                        "By this server at ",
                        Frame.time(outcome.at().toString()),
                        found == null
                                ? ""
                                : ", of " + Frame.number(found.size()) + (found.size() == 1 ? " entry" : " entries"),
                        ", in " + seconds(outcome.took()) + ". Again from ",
                        Frame.time(rolling.next().toString()),
                        " on.")
                .is("quiet");
    }

    private static String seconds(Duration took) {
        return took.toMinutes() > 0
                ? String.format(Locale.ROOT, "%d min %d s", took.toMinutes(), took.toSecondsPart())
                : String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1_000.0);
    }

    private static Html verdict(String name, Verdict verdict, String meaning) {
        return of("div", of("dt", name, " ", badge(verdict)), of("dd", meaning));
    }

    private static Html badge(Verdict verdict) {
        return Frame.badge(
                switch (verdict) {
                    case HOLDS -> "release";
                    case FAILS -> "quarantine";
                    case OPEN -> "withhold";
                    case NOT_ASKED -> "";
                },
                verdict.code());
    }
}
