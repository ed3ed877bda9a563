package io.sluice.protection.seal;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Tags;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one event after the other as headers, and as the associated data that binds them: what {@link Tags#toHeaders}
 * and {@link SealForm#associatedData} say. Most of an event's tags are those of the one before: these are not encoded
 * again, the two records share a {@link Header}. Confined to one thread.
 */
final class BoundTags {
    private final Tag activation = new Tag(Headers.CE_ACTIVATION);
    private final Tag attributes = new Tag(Headers.CE_ATTRIBUTES);
    private final Tag dataset = new Tag(Headers.CE_DATASET);
    private final Tag id = new Tag(Headers.CE_ID);
    private final Tag producer = new Tag(Headers.CE_PRODUCER);
    private final Tag purpose = new Tag(Headers.CE_PURPOSE);
    private final Tag received = new Tag(Headers.CE_RECEIVED);
    private final Tag source = new Tag(Headers.CE_SOURCE);
    private final Tag specVersion = new Tag(Headers.CE_SPECVERSION);
    private final Tag subjectRef = new Tag(Headers.CE_SUBJECTREF);
    private final Tag subjectRegion = new Tag(Headers.CE_SUBJECTREGION);
    private final Tag time = new Tag(Headers.CE_TIME);
    private final Tag type = new Tag(Headers.CE_TYPE);

    /** What the tags were made of that are not texts. Set behind the tag, which may refuse it. */
    private long number;

    private @Nullable SortedMap<String, String> codes;
    private @Nullable Instant moment;

    private final LengthPrefixed bound;
    private final int tagsAt;
    private Header[] headers = {};
    private int count;

    BoundTags(String tenant) {
        this.bound = SealForm.bindingOf(tenant);
        this.tagsAt = bound.length();
    }

    /**
     * The headers of an event, in the order of their names, and behind them some places for more.
     *
     * @throws IllegalArgumentException where a tag exceeds 65,535 bytes
     */
    Header[] encode(Tags tags, int places) {
        update(tags);
        headers = new Header[countOf(tags) + places];
        count = 0;
        bound.backTo(tagsAt).u16(headers.length - places);
        add(activation);
        if (!tags.attributes().isEmpty()) {
            add(attributes);
        }
        add(dataset.of(tags.dataset()));
        add(id.of(tags.id()));
        add(producer.of(tags.producer()));
        add(purpose.of(tags.purpose()));
        add(received);
        add(source.of(tags.source()));
        add(specVersion.of(Tags.SPEC_VERSION));
        if (tags.subjectRef() != null) {
            add(subjectRef.of(tags.subjectRef().value()));
        }
        if (tags.subjectRegion() != null) {
            add(subjectRegion.of(tags.subjectRegion()));
        }
        add(time);
        add(type.of(tags.type()));
        return headers;
    }

    /** Those of the last event: the array and its length; good until the next one. */
    byte[] associatedData() {
        return bound.array();
    }

    int associatedLength() {
        return bound.length();
    }

    /** The Kafka key of an event just encoded, the bytes of the header that holds it. */
    byte[] kafkaKey(Tags tags) {
        return (tags.subjectRef() == null ? id : subjectRef).header.required();
    }

    private void update(Tags tags) {
        if (number != tags.activation()) {
            activation.of(Long.toString(tags.activation()));
            number = tags.activation();
        }
        if (!tags.attributes().equals(codes)) {
            attributes.of(tags.attributesText());
            codes = tags.attributes();
        }
        if (!tags.received().equals(moment)) {
            String text = Tags.timestamp(tags.received());
            received.of(text);
            time.of(text);
            moment = tags.received();
        }
    }

    private static int countOf(Tags tags) {
        return SealForm.MAX_TAGS
                - (tags.attributes().isEmpty() ? 1 : 0)
                - (tags.subjectRef() == null ? 1 : 0)
                - (tags.subjectRegion() == null ? 1 : 0);
    }

    private void add(Tag tag) {
        bound.raw(tag.boundName).bytes(tag.header.required());
        headers[count++] = tag.header;
    }

    /** A tag and what it said last. */
    private static final class Tag {
        private final byte[] boundName;
        private String text = "";
        private Header header;

        Tag(String name) {
            this.boundName = new LengthPrefixed().text(name).toBytes();
            this.header = new Header(name, new byte[0]);
        }

        Tag of(String says) {
            if (!says.equals(text)) {
                header = new Header(header.name(), says.getBytes(StandardCharsets.UTF_8));
                text = says;
            }
            return this;
        }
    }
}
