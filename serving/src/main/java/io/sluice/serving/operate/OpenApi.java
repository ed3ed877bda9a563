package io.sluice.serving.operate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The published descriptions of the rooms' APIs. */
public final class OpenApi {
    private OpenApi() {}

    /**
     * OpenAPI 3.1, JSON.
     *
     * @param room package of the room whose API it is, below {@code io.sluice}
     * @throws IllegalStateException where the room has none
     */
    public static byte[] of(String room) {
        String name = "/io/sluice/" + room + "/openapi.json";
        try (InputStream resource = OpenApi.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
