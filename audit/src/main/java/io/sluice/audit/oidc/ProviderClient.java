package io.sluice.audit.oidc;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.sluice.audit.http.BoundedClient;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks to the provider, bounded in time and size, and tells the operators when it falls silent and answers again. Thread-safe. */
final class ProviderClient implements ResourceRetriever, HTTPRequestSender {
    /** For an exchange. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_BYTES = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ProviderClient.class);

    private final BoundedClient client;
    /** By address, what was told of it last. There are three addresses. */
    private final Map<URI, String> outages = new ConcurrentHashMap<>();

    ProviderClient(@Nullable SSLContext tls, Duration timeout) {
        this.client = new BoundedClient(tls, timeout, MAX_BYTES);
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        URI address = URI.create(url.toString());
        HttpResponse<byte[]> answer = send(address, HttpRequest.newBuilder(), status -> status == 200);
        return new Resource(
                body(answer), answer.headers().firstValue("content-type").orElse(null));
    }

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        HttpRequest.Builder asked = HttpRequest.newBuilder();
        request.getHeaderMap().forEach((name, values) -> values.forEach(value -> asked.header(name, value)));
        String sent = request.getBody();
        asked.method(
                request.getMethod().name(), sent == null ? BodyPublishers.noBody() : BodyPublishers.ofString(sent));
        HttpResponse<byte[]> answer = send(request.getURI(), asked, status -> status < 500);
        HTTPResponse told = new HTTPResponse(answer.statusCode());
        try {
            answer.headers().firstValue("content-type").ifPresent(type -> told.setHeader("Content-Type", type));
            told.setBody(body(answer));
            told.getEntityContentType();
            if (told.getStatusCode() == 200) {
                told.ensureEntityContentType();
            }
        } catch (ParseException e) {
            throw new IOException(request.getURI() + " answers without a content type", e);
        }
        return told;
    }

    private HttpResponse<byte[]> send(URI address, HttpRequest.Builder request, IntPredicate good) throws IOException {
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request.uri(address));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the provider", e);
        } catch (IOException e) {
            throw silent(address, String.valueOf(e.getMessage()), e);
        }
        if (!good.test(answer.statusCode())) {
            throw silent(address, "answers HTTP " + answer.statusCode(), null);
        }
        if (outages.remove(address) != null) {
            LOG.info("The OpenID provider answers again: {}", address);
        }
        return answer;
    }

    /** Said once in the operators' log, not for each that asks meanwhile. */
    private IOException silent(URI address, String why, @Nullable IOException cause) {
        if (!why.equals(outages.put(address, why))) {
            LOG.warn("The OpenID provider cannot be used: {} {}", address, why);
        }
        return new IOException(address + " " + why, cause);
    }

    private static String body(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
