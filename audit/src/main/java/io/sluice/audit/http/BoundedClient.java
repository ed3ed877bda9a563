package io.sluice.audit.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks other servers over HTTP. The whole exchange is bounded in time, the answer's body in it, and in size; no redirect is
 * followed. (The JDK's own limit of a request ends with the answer's head.) Thread-safe; blocks.
 */
public final class BoundedClient {
    private final Duration limit;
    private final int maxBytes;
    private final HttpClient client;

    /**
     * @param tls whom to trust; null for the JDK's authorities
     * @param limit for an exchange
     * @param maxBytes of an answer
     */
    public BoundedClient(@Nullable SSLContext tls, Duration limit, int maxBytes) {
        this.limit = limit;
        this.maxBytes = maxBytes;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(limit).followRedirects(HttpClient.Redirect.NEVER);
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /**
     * Ends within the limit, whatever the server sends, and leaves no connection open that it still sends on.
     *
     * @throws IOException where no whole answer of at most the bytes comes in time
     */
    public HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new LimitedBody(maxBytes));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("does not answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw told(e.getCause() == null ? e : e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** The JDK has no words for a port at which nobody listens. */
    private static IOException told(Throwable cause) {
        if (cause instanceof ConnectException) {
            String why = cause.getCause() instanceof UnresolvedAddressException
                    ? "no such host is known"
                    : "nothing answers at that address";
            IOException told = new ConnectException(why);
            told.initCause(cause);
            return told;
        }
        return cause instanceof IOException fault && fault.getMessage() != null
                ? fault
                : new IOException(cause.toString(), cause);
    }
}
