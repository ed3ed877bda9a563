package io.sluice.protection.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Published test vectors, read from the folder that system property {@code sluice.data} names. */
final class Vectors {
    private Vectors() {}

    static Path folder() {
        return Path.of(System.getProperty("sluice.data"), "vectors");
    }

    static JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(Files.readAllBytes(folder().resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether Wycheproof says that the case is as the standard has it. */
    static boolean isValid(JsonNode test) {
        return test.get("result").asText().equals("valid");
    }

    static byte[] hex(JsonNode node, String member) {
        return HexFormat.of().parseHex(node.get(member).asText());
    }
}
