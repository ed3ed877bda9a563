package io.sluice.core.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One JSON text that {@link StrictJson} takes, to be asked for a few of its values: of most texts nothing is made but the
 * {@link JsonOutline}. Thread-safe; the bytes are shared, never changed.
 */
public final class JsonText {
    private final @Nullable JsonOutline outline;
    private final JsonNode tree;

    private JsonText(@Nullable JsonOutline outline, JsonNode tree) {
        this.outline = outline;
        this.tree = tree;
    }

    /**
     * Reads a text.
     *
     * @throws MalformedJsonException as {@link StrictJson#read(byte[])}
     */
    public static JsonText read(byte[] json) throws MalformedJsonException {
        JsonOutline outline = JsonOutline.of(json);
        return outline == null
                ? new JsonText(null, StrictJson.read(json))
                : new JsonText(outline, new OutlineTree(outline).node(JsonOutline.ROOT));
    }

    /** What is known as a tree already. */
    public static JsonText of(JsonNode tree) {
        return new JsonText(null, tree);
    }

    /** Where its values stand; null where it was too unusual for that, or is no bytes. */
    public @Nullable JsonOutline outline() {
        return outline;
    }

    /** Its tree, not to be changed. A node of it may be made anew each time that it is asked for. */
    public JsonNode tree() {
        return tree;
    }

    /** Its tree with every node made: for who asks for most of them, and more than once. */
    public JsonNode wholeTree() {
        return outline == null ? tree : StrictJson.slice(outline.bytes(), 0, outline.bytes().length);
    }

    /** Shows nothing of it. */
    @Override
    public String toString() {
        return "JsonText";
    }
}
