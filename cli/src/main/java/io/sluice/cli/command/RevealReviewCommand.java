package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.cli.ExitCode;
import io.sluice.core.encoding.CanonicalJson;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Closes the review of an emergency access. */
@Command(
        name = "review",
        description = {
            "Close the review of an emergency access with a finding. Nobody reviews what they opened themselves.",
            "It also ends the access. The finding stands in the audit log for good: name no person."
        },
        footer =
                "%nExample: ./sluice reveal review 0f6c1c1e-6a3f-4b58-9d9e-1f2a3b4c5d6e --justified --finding \"agreed with the ward\"")
final class RevealReviewCommand extends Verb {
    @Parameters(index = "0", paramLabel = "ID", description = "The access, as sluice reveal reviews lists it.")
    private @Nullable String id;

    @Option(names = "--justified", description = "The glass was rightly broken.")
    private boolean justified;

    @Option(names = "--unjustified", description = "It was broken without need.")
    private boolean unjustified;

    @Option(names = "--finding", paramLabel = "TEXT", required = true, description = "What the review found, one line.")
    private @Nullable String finding;

    @Mixin
    private final RevealClientOptions asker = new RevealClientOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws InterruptedException {
        if (justified == unjustified) {
            throw new ParameterException(spec().commandLine(), "give --justified or --unjustified");
        }
        if (id == null || !id.matches("[0-9a-f-]{36}")) {
            throw new ParameterException(spec().commandLine(), "ID is an id that sluice reveal reviews lists");
        }
        JsonNode reviewed = asker.client(config().reveal().client())
                .post(
                        "/v1/reviews/" + id,
                        CanonicalJson.text(JsonNodeFactory.instance
                                .objectNode()
                                .put("justified", justified)
                                .put("finding", finding)));
        out().println(
                        output.json()
                                ? CanonicalJson.text(reviewed)
                                : "reviewed " + reviewed.path("id").asText() + ": "
                                        + (justified ? "justified" : "unjustified"));
        return ExitCode.OK;
    }
}
