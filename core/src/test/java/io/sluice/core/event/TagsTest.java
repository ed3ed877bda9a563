package io.sluice.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TagsTest {
    private static final Tags TAGS = new Tags(
            "e1_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "urn:sluice:dev:gateway",
            Tags.EVENT_TYPE,
            "orders",
            "webshop",
            "newsletter",
            new SubjectRef("s1_bbbbbbbbbbbbbbbbbbbbbbbbbb"),
            "EU",
            Instant.parse("2026-11-23T10:00:00Z"),
            7,
            new TreeMap<>(Map.of("channel", "web")));

    @Test
    void headersReadBackToTheSameTags() {
        assertThat(new TagsReader().read(TAGS.toHeaders())).contains(TAGS);
        assertThat(TAGS.kafkaKey()).isEqualTo("s1_bbbbbbbbbbbbbbbbbbbbbbbbbb");
    }

    /** The wire form, frozen: a change here is a change of what the seal binds. */
    @Test
    void headersHaveTheirPublishedForm() {
        assertThat(TAGS.toHeaders())
                .containsExactly(
                        Map.entry("ce_activation", "7"),
                        Map.entry("ce_attributes", "{\"channel\":\"web\"}"),
                        Map.entry("ce_dataset", "orders"),
                        Map.entry("ce_id", "e1_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                        Map.entry("ce_producer", "webshop"),
                        Map.entry("ce_purpose", "newsletter"),
                        Map.entry("ce_received", "2026-11-23T10:00:00.000000Z"),
                        Map.entry("ce_source", "urn:sluice:dev:gateway"),
                        Map.entry("ce_specversion", "1.0"),
                        Map.entry("ce_subjectref", "s1_bbbbbbbbbbbbbbbbbbbbbbbbbb"),
                        Map.entry("ce_subjectregion", "EU"),
                        Map.entry("ce_time", "2026-11-23T10:00:00.000000Z"),
                        Map.entry("ce_type", "io.sluice.event.sealed"));
    }

    @Test
    void refusesHeadersThatAreNotCanonical() {
        for (String name : TAGS.toHeaders().keySet()) {
            SortedMap<String, String> missing = TAGS.toHeaders();
            missing.remove(name);
            boolean optional =
                    name.equals("ce_subjectref") || name.equals("ce_subjectregion") || name.equals("ce_attributes");
            assertThat(new TagsReader().read(missing).isPresent())
                    .as("without %s", name)
                    .isEqualTo(optional);
        }
        assertThat(new TagsReader().read(with("ce_subjectRef", "x"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_activation", "07"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_activation", "0"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_received", "2026-11-23T10:00:00Z")))
                .isEmpty();
        assertThat(new TagsReader().read(with("ce_attributes", "{\"channel\": \"web\"}")))
                .isEmpty();
        assertThat(new TagsReader().read(with("ce_attributes", "{\"channel\":1}")))
                .isEmpty();
        assertThat(new TagsReader().read(with("ce_subjectref", "someone"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_type", "other"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_specversion", "0.3"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_time", "2026-11-23T10:00:01.000000Z")))
                .isEmpty();
        assertThat(new TagsReader().read(with("ce_activation", "+7"))).isEmpty();
        assertThat(new TagsReader().read(with("ce_attributes", "{}"))).isEmpty();
    }

    @Test
    void subjectReferencesHaveOneForm() {
        String hash = "abcdefghijklmnopqrstuvwxyz";
        assertThat(SubjectRef.isReference("s1_" + hash)).isTrue();
        assertThat(SubjectRef.isReference("s120_" + "234567".repeat(4) + "aa")).isTrue();
        for (String other : new String[] {
            "",
            "s",
            "s_" + hash,
            "s0_" + hash,
            "s01_" + hash,
            "s1234_" + hash,
            "t1_" + hash,
            "s1-" + hash,
            "sx_" + hash,
            "s1_" + hash + "a",
            "s1_" + hash.substring(1),
            "s1_" + hash.toUpperCase(java.util.Locale.ROOT),
            "s1_" + hash.substring(1) + "1",
            "s1_" + hash.substring(1) + "8"
        }) {
            assertThat(SubjectRef.isReference(other)).as(other).isFalse();
        }
    }

    @Test
    void positionsAddressEntries() {
        IngressPosition position = new IngressPosition(1, 2, 42);

        assertThat(position.entryId(0)).isEqualTo("events.ingress/1/2/42");
        assertThat(position.entryId(3)).isEqualTo("events.ingress/1/2/42#3");
        assertThat(IngressPosition.ofEntryId("events.ingress/1/2/42#3")).isEqualTo(position);
        assertThatThrownBy(() -> IngressPosition.ofEntryId("events.ingress/1/2/042"))
                .hasMessageContaining("entry id");
    }

    private static SortedMap<String, String> with(String name, String value) {
        SortedMap<String, String> headers = TAGS.toHeaders();
        headers.put(name, value);
        return headers;
    }

    @Test
    void aReaderThatKnowsAttributesStillRefusesOtherForms() {
        TagsReader reader = new TagsReader();
        for (int i = 0; i < 2; i++) {
            assertThat(reader.read(TAGS.toHeaders())).contains(TAGS);
            assertThat(reader.read(with("ce_attributes", "{\"channel\": \"web\"}")))
                    .isEmpty();
            assertThat(reader.read(with("ce_attributes", "\"channel\""))).isEmpty();
        }
    }
}
