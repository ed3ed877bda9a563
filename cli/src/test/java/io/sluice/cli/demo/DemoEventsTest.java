package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoEventsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static List<String> text(List<Post> posts) {
        return posts.stream()
                .map(post -> post.path()
                        + new java.util.TreeMap<>(post.headers())
                        + new String(post.body(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void theSameSeedGivesTheSamePosts() {
        assertThat(text(DemoEvents.generate(7, 300, NOW))).isEqualTo(text(DemoEvents.generate(7, 300, NOW)));
        assertThat(text(DemoEvents.generate(7, 300, NOW))).isNotEqualTo(text(DemoEvents.generate(8, 300, NOW)));
    }

    @Test
    void makesAsManyEventsAsAsked() {
        for (int events : new int[] {1, 19, 200, 1000}) {
            assertThat(DemoEvents.generate(1, events, NOW).stream().filter(post -> post.kind() == Post.Kind.EVENT))
                    .hasSize(events);
        }
    }

    @Test
    void theDayHasEveryKindOfPost() {
        List<Post> posts = DemoEvents.generate(1, 400, NOW);

        assertThat(posts.stream().map(Post::path))
                .contains(
                        "/v1/datasets/fhir-patient/events",
                        "/v1/datasets/fhir-observation/events",
                        "/v1/datasets/orders/events",
                        "/v1/datasets/returns/events",
                        "/v1/subjects/choices");
        assertThat(text(posts)).anyMatch(post -> post.contains("\"category\":\"pharmacy\""));
        assertThat(text(posts)).anyMatch(post -> post.contains("\"kind\":\"withdrawal\""));
        assertThat(posts.stream().map(Post::id).distinct().count())
                .as("some ids come twice")
                .isLessThan(posts.size());
    }

    @Test
    void aCustomersChoicesAndOrdersShareALaneInOrder() {
        Map<String, List<String>> lanes = new HashMap<>();
        for (Post post : DemoEvents.generate(3, 400, NOW)) {
            String body = new String(post.body(), StandardCharsets.UTF_8);
            String step =
                    post.kind() == Post.Kind.EVENT ? "order" : body.contains("consent\"") ? "consent" : "withdrawal";
            lanes.computeIfAbsent(post.lane(), lane -> new ArrayList<>()).add(step);
        }

        assertThat(lanes.values())
                .anySatisfy(steps ->
                        assertThat(steps).containsSubsequence("order", "consent", "order", "withdrawal", "order"));
        assertThat(lanes.values()).allSatisfy(steps -> {
            if (steps.contains("withdrawal")) {
                assertThat(steps.indexOf("consent")).isBetween(0, steps.indexOf("withdrawal"));
            }
        });
    }

    @Test
    void aPostsTextFormShowsNeitherIdNorBody() {
        Post post = DemoEvents.generate(1, 1, NOW).get(0);

        assertThat(post.toString()).isEqualTo("EVENT /v1/datasets/fhir-patient/events");
    }
}
