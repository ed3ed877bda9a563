package io.sluice.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads entry bundles by the public format alone (C2SP tlog-tiles), with none of the product's code. */
final class LogEntries {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LogEntries() {}

    /** The size that the checkpoint states; 0 where there is none yet. */
    static long size(Path log) throws IOException {
        Path checkpoint = log.resolve("checkpoint");
        return Files.exists(checkpoint)
                ? Long.parseLong(Files.readAllLines(checkpoint).get(1))
                : 0;
    }

    /** All entries, in order. */
    static List<JsonNode> read(Path log) throws IOException {
        long size = size(log);
        List<JsonNode> entries = new ArrayList<>();
        for (long bundle = 0; bundle * 256 < size; bundle++) {
            long width = Math.min(256, size - bundle * 256);
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(bundlePath(log, bundle, (int) width)));
            while (bytes.hasRemaining()) {
                byte[] entry = new byte[Short.toUnsignedInt(bytes.getShort())];
                bytes.get(entry);
                entries.add(JSON.readTree(entry));
            }
        }
        return entries;
    }

    private static Path bundlePath(Path log, long bundle, int width) throws IOException {
        StringBuilder path = new StringBuilder(String.format("%03d", bundle % 1_000));
        for (long rest = bundle / 1_000; rest > 0; rest /= 1_000) {
            path.insert(0, String.format("x%03d/", rest % 1_000));
        }
        Path full = log.resolve("tile/entries/" + path);
        if (width == 256 && Files.exists(full)) {
            return full;
        }
        try (Stream<Path> partials = Files.list(log.resolve("tile/entries/" + path + ".p"))) {
            return partials.max(Comparator.comparingInt(
                            p -> Integer.parseInt(p.getFileName().toString())))
                    .orElseThrow();
        }
    }
}
