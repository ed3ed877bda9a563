package io.sluice.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    private static final byte[] KEY = "a key of thirty-two bytes, known".getBytes(UTF_8);
    private static final List<String> TEXTS = List.of("a", "ab", "b", "\"", "é", "");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final ContentHash hash = new ContentHash(new KnownKey());

    /** Fills with {@link #KEY}. */
    private static final class KnownKey extends SecureRandom {
        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(KEY, 0, bytes, 0, bytes.length);
        }
    }

    private record Content(List<@Nullable Object> said) {}

    /** One digest for one event after the other: as if each were the first; and what differs is told apart. */
    @Test
    void isTheDigestOfKeyWordsAndData() throws Exception {
        Map<ContentHash.Value, Content> known = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            Tags tags = tags();
            ClientEvent event = event();

            ContentHash.Value value = hash.of(tags, event);

            assertThat(value).as("seed %d, round %d", seed, i).isEqualTo(slowly(tags, event));
            Content content = content(tags, event);
            assertThat(Objects.requireNonNullElse(known.put(value, content), content))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(content);
        }
    }

    @Test
    void saysNothingWithoutTheKey() {
        Tags tags = tags();
        ClientEvent event = event();
        assertThat(new ContentHash(new SecureRandom()).of(tags, event)).isNotEqualTo(hash.of(tags, event));
    }

    private static ContentHash.Value slowly(Tags tags, ClientEvent event) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(KEY);
        for (Object said : content(tags, event).said().subList(0, 8)) {
            all.writeBytes(said == null ? new byte[] {'-'} : CanonicalJson.bytes(said));
        }
        all.write('=');
        all.writeBytes(event.data());
        ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
        return new ContentHash.Value(digest.getLong(), digest.getLong());
    }

    private static Content content(Tags tags, ClientEvent event) {
        return new Content(java.util.Arrays.asList(
                tags.isChoice() ? tags.kafkaKey() : "",
                tags.dataset(),
                tags.purpose(),
                event.type(),
                event.subject(),
                event.time(),
                event.contentType(),
                event.extensions(),
                new String(event.data(), UTF_8)));
    }

    private Tags tags() {
        return new Tags(
                "e1_x",
                "s",
                random.nextBoolean() ? Tags.EVENT_TYPE : Tags.CHOICE_TYPE,
                text(),
                "p",
                text(),
                new SubjectRef("s1_abcdefghijklmnopqrstuvwxy" + (random.nextBoolean() ? "a" : "e")),
                null,
                Instant.EPOCH,
                1 + random.nextInt(3),
                new TreeMap<>());
    }

    private ClientEvent event() {
        return new ClientEvent(
                "1",
                "s",
                text(),
                random.nextBoolean() ? null : text(),
                random.nextBoolean() ? null : text(),
                text(),
                new TreeMap<>(random.nextBoolean() ? Map.of() : Map.of("x", text(), text() + "y", "z")),
                text().getBytes(UTF_8));
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
