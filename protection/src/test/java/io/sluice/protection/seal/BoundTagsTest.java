package io.sluice.protection.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tags encoded as one event follows the other, beside each one's own encoding. */
class BoundTagsTest {
    private static final String TENANT = "dev";
    private static final List<String> TEXTS = List.of("orders", "ordérs", "", "a", "a much longer one than the others");
    private static final String TOO_LONG = "x".repeat(0x10000);

    /** Has no canonical form. */
    private static final String LONE_SURROGATE = "\ud800";

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void whatIsSharedIsWhatEachWouldSay() {
        BoundTags bound = new BoundTags(TENANT);
        for (int i = 0; i < 5_000; i++) {
            Tags tags = tags();
            if (isRefused(tags)) {
                for (int twice = 0; twice < 2; twice++) { // it is not taken for encoded the second time
                    assertThatThrownBy(() -> bound.encode(tags, 2)).isInstanceOf(IllegalArgumentException.class);
                }
                continue;
            }

            Header[] headers = bound.encode(tags, 2);

            List<Header> alone = headers(tags);
            assertThat(texts(Arrays.asList(headers).subList(0, headers.length - 2)))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(texts(alone));
            assertThat(headers[headers.length - 2]).isNull();
            assertThat(Arrays.copyOf(bound.associatedData(), bound.associatedLength()))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(SealForm.associatedData(TENANT, alone));
            assertThat(new String(bound.kafkaKey(tags), UTF_8))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(tags.kafkaKey());
        }
    }

    /** Else it would encode each anew, and nobody would see. */
    @Test
    void alikeTagsAreOneHeader() {
        BoundTags bound = new BoundTags(TENANT);
        Header[] first = bound.encode(SealFixtures.tags(), 0);
        Header[] second = bound.encode(SealFixtures.tags(), 0);
        for (int i = 0; i < first.length; i++) {
            assertThat(second[i]).as(first[i].name()).isSameAs(first[i]);
        }
        assertThat(second).hasSize(SealForm.MAX_TAGS);
    }

    /** The events behind a refused one are none the worse. */
    private static boolean isRefused(Tags tags) {
        return tags.attributes().containsValue(LONE_SURROGATE) || tags.purpose().equals(TOO_LONG);
    }

    private static List<Header> headers(Tags tags) {
        return tags.toHeaders().entrySet().stream()
                .map(tag -> new Header(tag.getKey(), tag.getValue().getBytes(UTF_8)))
                .toList();
    }

    private static List<String> texts(List<Header> headers) {
        return headers.stream()
                .map(header -> header.name() + "=" + new String(header.required(), UTF_8))
                .toList();
    }

    private Tags tags() {
        String ref = "s1_" + "abcdefghijklmnopqrstuvwxyz".replace('a', (char) ('a' + random.nextInt(3)));
        SortedMap<String, String> codes = new TreeMap<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            codes.put("code" + random.nextInt(2), random.nextInt(40) == 0 ? LONE_SURROGATE : text());
        }
        return new Tags(
                "e1_" + random.nextInt(3),
                text(),
                random.nextBoolean() ? Tags.EVENT_TYPE : Tags.CHOICE_TYPE,
                text(),
                text(),
                random.nextInt(50) == 0 ? TOO_LONG : text(),
                maybe(new SubjectRef(ref)),
                maybe(text()),
                Instant.ofEpochSecond(1_795_000_000L + random.nextInt(2), random.nextInt(2) * 1_000L),
                1 + random.nextInt(2),
                codes);
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private <T> @Nullable T maybe(T value) {
        return random.nextInt(3) == 0 ? null : value;
    }
}
