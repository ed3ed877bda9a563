package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Table;
import io.sluice.core.encoding.CanonicalJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists emergency accesses whose review is open. */
@Command(
        name = "reviews",
        description = {
            "List the emergency accesses whose review is open, the one that falls due first at the top.",
            "Reading them is an entry of the audit log."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:none is late", "1:a review is late, or the service refused", "2:the command line was wrong"},
        footer = "%nExample: ./sluice reveal reviews")
final class RevealReviewsCommand extends Verb {
    @Mixin
    private final RevealClientOptions asker = new RevealClientOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws InterruptedException {
        JsonNode reviews =
                asker.client(config().reveal().client()).get("/v1/reviews").path("reviews");
        boolean late = false;
        Table table = new Table("id", "opened by", "for", "until", "review by", "reason");
        for (JsonNode review : reviews) {
            late |= review.path("overdue").asBoolean();
            if (output.json()) {
                out().println(CanonicalJson.text(review));
            }
            table.row(
                    review.path("id").asText(),
                    review.path("caller").asText(),
                    review.path("purpose").asText(),
                    review.path("until").asText(),
                    review.path("reviewBy").asText() + (review.path("overdue").asBoolean() ? " LATE" : ""),
                    review.path("reason").asText());
        }
        if (!output.json()) {
            out().println(reviews.isEmpty() ? "no review is open" : table);
        }
        return late ? ExitCode.FAILED : ExitCode.OK;
    }
}
