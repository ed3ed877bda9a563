package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.audit.api.ShippedPolicy;
import io.sluice.audit.api.TrailFixture;
import io.sluice.audit.index.AuditIndex;
import io.sluice.core.decision.Legal;
import io.sluice.policies.explain.Replay;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecidedAgainTest {
    private static final String PATH = "/console/records/1/0/0";

    private final Revisions revisions =
            new Revisions(() -> Optional.of(ShippedPolicy.policy()), List::of, () -> List.of(ShippedPolicy.other()));

    @TempDir
    private Path folder = Path.of("unset");

    @Test
    void saysWhetherTheAnswerIsTheSame() {
        ObjectNode entry = entry();
        assertThat(said(entry, false)).contains("href=\"" + PATH + "?again=yes\"");
        assertThat(said(entry, true)).contains("not decided again", "policy explain");

        ObjectNode policy = (ObjectNode) entry.path("policy");
        policy.put("bundle", ShippedPolicy.policy().bundle().digest());
        assertThat(said(entry, true)).contains("the same answer").doesNotContain("another answer");

        ((ObjectNode) entry.path("recipients").get(0)).put("disposition", "withhold");
        assertThat(said(entry, true)).contains("another answer", "the entry says withhold");

        policy.put("bundle", ShippedPolicy.other().digest());
        assertThat(said(entry, true)).as("a draft decided nothing").contains("not decided again");
        assertThat(said(new JsonMapper().createObjectNode(), true)).as("an act").doesNotContain("input");
    }

    /** A record that the policy decided, with the whole ground. */
    private ObjectNode entry() {
        TrailFixture trail = new TrailFixture(folder);
        try (AuditIndex index = AuditIndex.open(trail.indexConfig())) {
            ObjectNode entry = trail.desk(index)
                    .entries("events.ingress/1/0/0")
                    .get(0)
                    .entry()
                    .deepCopy();
            var decided = Replay.decide(ShippedPolicy.policy(), Replay.input(entry));
            for (JsonNode recipient : entry.path("recipients")) {
                Legal legal = Objects.requireNonNull(
                                decided.get(recipient.path("id").asText()))
                        .legal();
                if (legal != null) {
                    ((ObjectNode) recipient).set("legal", new JsonMapper().valueToTree(legal.toJson()));
                }
            }
            return entry;
        }
    }

    private String said(JsonNode entry, boolean asked) {
        return new String(
                Html.page(Html.of("html", DecidedAgain.section(entry, revisions, asked, PATH))),
                StandardCharsets.UTF_8);
    }
}
