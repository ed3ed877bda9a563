package io.sluice.cli.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.core.decision.Disposition;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.scenario.EventOutcome;
import io.sluice.policies.scenario.Placeholder;
import io.sluice.policies.scenario.PostedEvent;
import io.sluice.policies.scenario.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a scenario from a sample event: what each recipient gets of it now, for the officer to read and edit. The event is carried
 * through twice, under other keys: what differs is not the record's, and becomes a placeholder; equal values get one name.
 * Confined to one thread.
 */
public final class Recording {
    /** What a value that differs may be, the most particular first. */
    private static final List<Placeholder> FORMS =
            List.of(Placeholder.UUID, Placeholder.TOKEN, Placeholder.ENCRYPTED, Placeholder.DATE);

    private static final String URN = "urn:uuid:";

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    private Recording() {}

    /** The text of the scenario's file. */
    public static String of(ActivePolicy policy, PostedEvent event, boolean fpe) {
        try (EphemeralKeys one = EphemeralKeys.create();
                EphemeralKeys other = EphemeralKeys.create()) {
            EventOutcome first = new ProtectStand(policy, one, fpe).post(event, new Standing());
            EventOutcome second = new ProtectStand(policy, other, fpe).post(event, new Standing());
            return new Recording().text(event, first, second);
        }
    }

    private String text(PostedEvent event, EventOutcome first, EventOutcome second) {
        StringBuilder text = new StringBuilder();
        text.append(
                "# What each recipient gets of this event, as the rulebook stood when it was recorded. Read it: is it what you mean?\n");
        text.append(
                "# <uuid>, <token>, <encrypted>, <date>, <text>, <any> stand for what differs from run to run; equal names, equal values.\n");
        text.append("scenario: ")
                .append(YamlText.quoted(
                        "What becomes of an event that " + event.producer() + " posts to " + event.address()))
                .append('\n');
        text.append("day: ").append(event.day()).append('\n');
        text.append("steps:\n  - post:\n");
        text.append("      producer: ").append(event.producer()).append('\n');
        text.append("      to: ").append(event.address()).append('\n');
        if (event.purpose() != null) {
            text.append("      purpose: ").append(event.purpose()).append('\n');
        }
        text.append("      event:").append(YamlText.behindKey(event.payload(), "      "));
        if (first instanceof EventOutcome.Refused refused) {
            return text.append("    refused: ")
                    .append(refused.code())
                    .append('\n')
                    .toString();
        }
        text.append("    expect:\n");
        EventOutcome.Decided decided = (EventOutcome.Decided) first;
        decided.recipients().forEach((recipient, got) -> {
            EventOutcome.Got again = second instanceof EventOutcome.Decided twice
                    ? twice.recipients().get(recipient)
                    : null;
            text.append(recipient(recipient, got, again == null ? null : again.view()));
        });
        return text.toString();
    }

    private String recipient(String recipient, EventOutcome.Got got, @Nullable JsonNode again) {
        JsonNode view = got.view();
        if (got.disposition() != Disposition.RELEASE || view == null) {
            return "      " + recipient + ": {disposition: " + got.disposition().code()
                    + (got.reasons().isEmpty()
                            ? ""
                            : ", reason: " + got.reasons().get(0)) + "}\n";
        }
        return "      " + recipient + ":\n        disposition: release\n        view:"
                + YamlText.behindKey(expected(view, again), "        ");
    }

    private JsonNode expected(JsonNode view, @Nullable JsonNode again) {
        if (view.isObject() && again != null && again.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            view.properties()
                    .forEach(member ->
                            object.set(member.getKey(), expected(member.getValue(), again.get(member.getKey()))));
            return object;
        }
        if (view.isArray() && again != null && again.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < view.size(); i++) {
                array.add(expected(view.get(i), again.get(i)));
            }
            return array;
        }
        return view.equals(again) ? view : placeholder(view);
    }

    private JsonNode placeholder(JsonNode value) {
        if (!value.isTextual()) {
            return TextNode.valueOf(Placeholder.ANY.plain());
        }
        String text = value.asText();
        String prefix = text.startsWith(URN) ? URN : "";
        String rest = text.substring(prefix.length());
        for (Placeholder form : FORMS) {
            if (form.matches(rest)) {
                return TextNode.valueOf(prefix + (form == Placeholder.DATE ? form.plain() : named(form, rest)));
            }
        }
        return TextNode.valueOf(Placeholder.TEXT.plain());
    }

    private String named(Placeholder form, String value) {
        return names.computeIfAbsent(value, first -> {
            int number = numbers.merge(form.word(), 1, Integer::sum);
            return form.named(Integer.toString(number));
        });
    }
}
