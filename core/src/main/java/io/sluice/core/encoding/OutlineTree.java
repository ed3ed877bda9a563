package io.sluice.core.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tree of an outlined text, each node made when it is asked for and again when it is asked for again: for who asks a few.
 * Equal to what {@link StrictJson#read(byte[])} gives, but it cannot be changed.
 */
final class OutlineTree {
    private final JsonOutline outline;

    OutlineTree(JsonOutline outline) {
        this.outline = outline;
    }

    JsonNode node(int value) {
        return switch (outline.kind(value)) {
            case JsonOutline.OBJECT -> new ObjectNode(JsonNodeFactory.instance, new Members(value));
            case JsonOutline.ARRAY -> new ArrayNode(JsonNodeFactory.instance, new Elements(value));
            case JsonOutline.STRING -> TextNode.valueOf(outline.text(value));
            case JsonOutline.BOOLEAN -> BooleanNode.valueOf(outline.bytes()[outline.from(value)] == 't');
            case JsonOutline.NULL -> NullNode.getInstance();
            default -> StrictJson.slice(outline.bytes(), outline.from(value), outline.end(value));
        };
    }

    private final class Members extends AbstractMap<String, JsonNode> {
        private final int object;

        private Members(int object) {
            this.object = object;
        }

        @Override
        public int size() {
            return outline.size(object);
        }

        @Override
        public boolean containsKey(@Nullable Object name) {
            return valueOf(name) >= 0;
        }

        @Override
        public @Nullable JsonNode get(@Nullable Object name) {
            int value = valueOf(name);
            return value < 0 ? null : node(value);
        }

        /** The value of a member, -1 where there is none. */
        private int valueOf(@Nullable Object name) {
            if (name instanceof String text) {
                int entry = outline.first(object);
                for (int left = size(); left > 0; left--) {
                    int value = outline.value(entry);
                    if (outline.nameIs(entry, text)) {
                        return value;
                    }
                    entry = outline.next(value);
                }
            }
            return -1;
        }

        @Override
        public Set<Entry<String, JsonNode>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public int size() {
                    return outline.size(object);
                }

                @Override
                public Iterator<Entry<String, JsonNode>> iterator() {
                    return members(object);
                }
            };
        }
    }

    private Iterator<Map.Entry<String, JsonNode>> members(int object) {
        return new Iterator<>() {
            private int left = outline.size(object);
            private int entry = outline.first(object);

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public Map.Entry<String, JsonNode> next() {
                if (left-- <= 0) {
                    throw new NoSuchElementException("no further member");
                }
                int name = entry;
                int value = outline.value(name);
                entry = outline.next(value);
                return Map.entry(outline.name(name), node(value));
            }
        };
    }

    private final class Elements extends AbstractList<JsonNode> {
        /** Found once, so that a walk by index is no walk from the first one each time. */
        private final int[] values;

        private Elements(int array) {
            this.values = new int[outline.size(array)];
            int value = outline.first(array);
            for (int i = 0; i < values.length; i++) {
                values[i] = value;
                value = outline.next(value);
            }
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public JsonNode get(int index) {
            return node(values[index]);
        }
    }
}
