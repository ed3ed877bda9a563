package io.sluice.audit.verify;

import io.sluice.audit.http.BoundedClient;
import io.sluice.audit.log.EntryBundle;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.TileId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a log's files from a server, http or https. A server that has not sent a whole file within a minute, however it
 * spends that time, or that sends more than a file of a log may have, is given up. Safe for use by many threads.
 */
public final class HttpLogSource implements LogSource {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MAX_BYTES = TileId.FULL * (2 + EntryBundle.MAX_ENTRY_BYTES);

    private final String prefix;
    private final BoundedClient client;

    /**
     * @param log the log's address, with or without a slash at its end
     * @param tls whom to trust and who to be; null for the JDK's defaults
     */
    public HttpLogSource(URI log, @Nullable SSLContext tls) {
        this(log, tls, LIMIT);
    }

    /** @param limit for a file */
    HttpLogSource(URI log, @Nullable SSLContext tls, Duration limit) {
        if (!"https".equals(log.getScheme()) && !"http".equals(log.getScheme())) {
            throw new IllegalArgumentException("a log's address starts with https:// or http://");
        }
        String address = log.toString();
        this.prefix = address.endsWith("/") ? address : address + "/";
        this.client = new BoundedClient(tls, limit, MAX_BYTES);
    }

    @Override
    public Optional<byte[]> read(String path) {
        String address = prefix + path;
        try {
            HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(URI.create(address)));
            return switch (answer.statusCode()) {
                case 200 -> Optional.of(answer.body());
                case 404 -> Optional.empty();
                default ->
                    throw new LogException(
                            LogException.Fault.IO, "the server answers " + answer.statusCode() + " for " + address);
            };
        } catch (IOException e) {
            throw new LogException(LogException.Fault.IO, "cannot fetch " + address + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException(LogException.Fault.IO, "interrupted while fetching " + path, e);
        }
    }
}
