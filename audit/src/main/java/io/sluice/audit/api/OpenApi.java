package io.sluice.audit.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the API, in this jar. */
public final class OpenApi {
    private static final String RESOURCE = "/io/sluice/audit/openapi.json";

    private OpenApi() {}

    /** OpenAPI 3.1, JSON. */
    public static byte[] bytes() {
        try (InputStream resource = OpenApi.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
