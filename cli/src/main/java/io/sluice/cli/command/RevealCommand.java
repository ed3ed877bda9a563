package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.client.RevealClient;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Asks the reveal service for values. */
@Command(
        name = "reveal",
        description = {
            "Turn protected values back, where the rulebook allows it: you, as your certificate says, for a purpose.",
            "Either fields of a released view (a line of the recipient's file), or a file with a value and its place on"
                    + " each line. Each attempt is an entry of the audit log, which is durable before a value is"
                    + " answered.",
            "--break-glass opens an emergency access first; somebody else has to review it. Its reason stands in the log"
                    + " for good: name no person."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:every value was revealed",
            "1:some were not, or the service refused or did not answer",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice reveal --purpose payment --view view.json --released-for treatment --path /identifier/1/value",
            "  ./sluice reveal --purpose payment --items items.ndjson -o json",
            "  ./sluice reveal --purpose emergency-treatment --break-glass \"unconscious patient in bay 3\" --minutes 30"
        },
        subcommands = {RevealServeCommand.class, RevealReviewsCommand.class, RevealReviewCommand.class})
final class RevealCommand extends Verb {
    private static final String VIEW_TYPE = "io.sluice.view.";

    @Option(names = "--purpose", paramLabel = "ID", description = "What the values are revealed for, as payment.")
    private @Nullable String purpose;

    @Option(
            names = "--view",
            paramLabel = "FILE",
            description = "A released view in the CloudEvents JSON format; - is standard input.")
    private @Nullable Path view;

    @Option(
            names = "--released-for",
            paramLabel = "ID",
            description = "The purpose of the recipient that the view was released to, as treatment.")
    private @Nullable String releasedFor;

    @Option(
            names = "--path",
            paramLabel = "POINTER",
            description = "JSON Pointer of a field in the view, as /identifier/1/value; may be given several times.")
    private List<String> paths = List.of();

    @Option(
            names = "--ref",
            paramLabel = "REFERENCE",
            description = "The subject's reference, as audit entries have it, where the view does not say whose it is.")
    private @Nullable String ref;

    @Option(
            names = "--items",
            paramLabel = "FILE",
            description = "Values with their places, one JSON object per line: value, dataset, releasedFor, record,"
                    + " subject, path; - is standard input.")
    private @Nullable Path items;

    @Option(
            names = "--break-glass",
            paramLabel = "REASON",
            description = "Open an emergency access for this reason, and use it.")
    private @Nullable String breakGlass;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "For how long the emergency access is open. Default: ${DEFAULT-VALUE}.",
            defaultValue = "30")
    private int minutes;

    @Option(names = "--emergency", paramLabel = "ID", description = "Use an emergency access that is open.")
    private @Nullable String emergency;

    @Mixin
    private final RevealClientOptions asker = new RevealClientOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (purpose == null) {
            throw wrong("--purpose is missing: what are the values revealed for?");
        }
        if (emergency != null && breakGlass != null) {
            throw wrong("--emergency uses an access that is open, --break-glass opens one: give one of them");
        }
        if (view != null && items != null) {
            throw wrong("give --view or --items, not both");
        }
        if (view == null && items == null && breakGlass == null) {
            throw wrong("nothing to reveal: give --view with --path, or --items");
        }
        if (ref != null && view == null) {
            throw wrong("--ref is of a view: give --view too; items have their subject in them");
        }
        SluiceConfig config = config();
        ArrayNode asked = items();
        RevealClient client = asker.client(config.reveal().client());
        String used = breakGlass == null ? emergency : open(client, purpose, breakGlass);
        return asked.isEmpty() || reveal(client, purpose, used, asked) ? ExitCode.OK : ExitCode.FAILED;
    }

    private String open(RevealClient client, String what, String reason) throws InterruptedException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("purpose", what).put("reason", reason).put("minutes", minutes);
        JsonNode opened = client.post("/v1/emergencies", CanonicalJson.text(request));
        if (output.json()) {
            out().println(CanonicalJson.text(opened));
        } else {
            err().println("emergency access " + opened.path("id").asText() + " is open until "
                    + opened.path("until").asText() + "; its review is due by "
                    + opened.path("reviewBy").asText());
            err().flush(); // before the value
        }
        return opened.path("id").asText();
    }

    private boolean reveal(RevealClient client, String what, @Nullable String used, ArrayNode asked)
            throws InterruptedException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("purpose", what);
        if (used != null) {
            request.put("emergency", used);
        }
        request.set("items", asked);
        boolean all = true;
        boolean unbound = false;
        for (JsonNode answer :
                client.post("/v1/reveal", CanonicalJson.text(request)).path("items")) {
            boolean ok = answer.path("answer").asText().equals("OK");
            all &= ok;
            unbound |= answer.path("answer").asText().equals("AUTH_FAILED");
            if (output.json()) {
                out().println(CanonicalJson.text(answer));
            } else if (ok) {
                out().println(answer.path("value").asText());
            } else {
                out().println((answer.path("answer").asText() + " "
                                + answer.path("code").asText())
                        .strip());
            }
        }
        if (unbound && view != null && !asked.path(0).has("subject")) {
            err().println("The view does not say whose it is, and a value opens at its subject only: give --ref.");
        }
        return all;
    }

    private ArrayNode items() throws IOException {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        Path file = items;
        if (file != null) {
            int number = 0;
            for (String line :
                    read(file).lines().filter(text -> !text.isBlank()).toList()) {
                all.add(json(line, file + ", line " + ++number));
            }
            if (all.isEmpty()) {
                throw new CommandFailure(file + " holds no value");
            }
        }
        Path event = view;
        if (event != null) {
            if (releasedFor == null || paths.isEmpty()) {
                throw wrong("--view needs --released-for and at least one --path");
            }
            JsonNode released = json(read(event).strip(), event.toString());
            for (String path : paths) {
                all.add(item(released, event, path, releasedFor));
            }
        }
        return all;
    }

    private ObjectNode item(JsonNode released, Path file, String path, String releasedFor) {
        String type = released.path("type").asText();
        if (!type.startsWith(VIEW_TYPE)) {
            throw new CommandFailure(file + " is no released view: its type does not begin with " + VIEW_TYPE);
        }
        JsonNode value;
        try {
            value = released.path("data").at(path);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--path: " + path + " is no JSON Pointer; write it as /identifier/1/value", e);
        }
        if (!value.isTextual()) {
            throw new CommandFailure("--path: " + file + " holds no text at " + path);
        }
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.put("value", value.textValue());
        item.put("dataset", type.substring(VIEW_TYPE.length()));
        item.put("releasedFor", releasedFor);
        item.put("record", released.path("id").asText());
        item.put("path", path);
        String subject =
                released.path("subject").isTextual() ? released.path("subject").textValue() : ref;
        if (ref != null && !ref.equals(subject)) {
            throw new CommandFailure("--ref: " + file + " is of " + subject + "; leave --ref away");
        }
        if (subject != null) {
            item.put("subject", subject);
        }
        return item;
    }

    private static JsonNode json(String text, String where) {
        try {
            return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new CommandFailure(where + " is not one JSON object: " + e.getMessage(), e);
        }
    }

    private static String read(Path file) throws IOException {
        if (file.toString().equals("-")) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure(file + " does not exist");
        }
        return Files.readString(file);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }
}
