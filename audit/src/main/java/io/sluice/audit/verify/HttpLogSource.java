package io.sluice.audit.verify;

import io.sluice.audit.log.EntryBundle;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.TileId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Fetches a log's files from a server, http or https. Safe for use by many threads. */
public final class HttpLogSource implements LogSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_BYTES = TileId.FULL * (2 + EntryBundle.MAX_ENTRY_BYTES);

    private final String prefix;
    private final HttpClient client;

    /**
     * @param log the log's address, with or without a slash at its end
     * @param tls whom to trust and who to be; null for the JDK's defaults
     */
    public HttpLogSource(URI log, @Nullable SSLContext tls) {
        if (!"https".equals(log.getScheme()) && !"http".equals(log.getScheme())) {
            throw new IllegalArgumentException("a log's address starts with https:// or http://");
        }
        String address = log.toString();
        this.prefix = address.endsWith("/") ? address : address + "/";
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    @Override
    public Optional<byte[]> read(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(prefix + path))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return switch (response.statusCode()) {
                    case 200 -> Optional.of(limited(body, path));
                    case 404 -> Optional.empty();
                    default ->
                        throw new LogException(
                                LogException.Fault.IO,
                                "the server answers " + response.statusCode() + " for " + prefix + path);
                };
            }
        } catch (IOException e) {
            throw new LogException(LogException.Fault.IO, "cannot fetch " + prefix + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException(LogException.Fault.IO, "interrupted while fetching " + path, e);
        }
    }

    private static byte[] limited(InputStream body, String path) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new LogException(LogException.Fault.IO, path + " is larger than any file of a log");
        }
        return bytes;
    }
}
