package io.sluice.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.event.IngressPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table beside maps, which hold the same in the plain way. */
class SeenTableTest {
    private record Known(
            EventKey key,
            long ticket,
            boolean writing,
            ContentHash.Value content,
            @Nullable IngressPosition position) {}

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Map<EventKey, Known> model = new HashMap<>();
    private final List<Known> writing = new ArrayList<>();
    private long added;

    /** Addresses of few bits are many collisions; a table of many places grows. */
    @ParameterizedTest
    @CsvSource({"1,2,4000", "7,4,20000", "100,1,20000", "100,6,20000", "1500,9,40000", "6000,40,40000"})
    void holdsWhatMapsHold(int max, int addressBits, int rounds) {
        SeenTable table = new SeenTable(max);
        for (int i = 0; i < rounds; i++) {
            EventKey key = new EventKey(random.nextInt(4), random.nextLong() & (1L << addressBits) - 1);
            Known known = model.get(key);
            int place = table.find(key.high(), key.low());
            assertThat(place >= 0).as("seed %d, round %d", seed, i).isEqualTo(known != null);
            if (known == null) {
                add(table, max, key);
            } else {
                assertThat(table.isWriting(place))
                        .as("seed %d, round %d", seed, i)
                        .isEqualTo(known.writing());
                assertThat(table.isContent(place, known.content())).isTrue();
                assertThat(table.isContent(place, content())).isFalse();
                if (known.writing()) {
                    assertThat(table.ticket(place)).isEqualTo(known.ticket());
                } else {
                    assertThat(table.position(place))
                            .as("seed %d, round %d", seed, i)
                            .isEqualTo(known.position());
                }
            }
            if (random.nextInt(3) > 0 && !writing.isEmpty()) {
                settle(table, writing.remove(random.nextInt(writing.size())));
            }
        }
    }

    private void add(SeenTable table, int max, EventKey key) {
        ContentHash.Value content = content();
        long ticket = table.add(key.high(), key.low(), content);
        assertThat(ticket).isEqualTo(added++);
        model.values().removeIf(known -> known.ticket() == ticket - max); // the oldest
        Known known = new Known(key, ticket, true, content, null);
        model.put(key, known);
        writing.add(known);
    }

    /** It may be forgotten by now: then nothing happens. */
    private void settle(SeenTable table, Known settled) {
        boolean present = model.get(settled.key()) != null
                && java.util.Objects.requireNonNull(model.get(settled.key())).ticket() == settled.ticket();
        switch (random.nextInt(3)) {
            case 0 -> {
                table.forget(settled.ticket());
                if (present) {
                    model.remove(settled.key());
                }
            }
            case 1 -> {
                table.written(settled.ticket(), null);
                written(settled, present, null);
            }
            default -> {
                IngressPosition position = new IngressPosition(
                        1 + random.nextInt(Integer.MAX_VALUE - 1),
                        random.nextInt(Integer.MAX_VALUE),
                        random.nextLong() >>> 1);
                table.written(settled.ticket(), position);
                written(settled, present, position);
            }
        }
    }

    private void written(Known known, boolean present, @Nullable IngressPosition position) {
        if (present) {
            model.put(known.key(), new Known(known.key(), known.ticket(), false, known.content(), position));
        }
    }

    private ContentHash.Value content() {
        return new ContentHash.Value(random.nextLong(), random.nextLong());
    }
}
