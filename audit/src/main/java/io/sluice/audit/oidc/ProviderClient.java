package io.sluice.audit.oidc;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Speaks to the provider: bounded in time and size, follows no redirect. Thread-safe. */
final class ProviderClient implements ResourceRetriever, HTTPRequestSender {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 256 << 10;

    private final HttpClient client;

    ProviderClient(@Nullable SSLContext tls) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(TIMEOUT).followRedirects(HttpClient.Redirect.NEVER);
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        HttpResponse<InputStream> answer = send(HttpRequest.newBuilder(URI.create(url.toString())));
        String body = body(answer);
        if (answer.statusCode() != 200) {
            throw new IOException(url + " answers HTTP " + answer.statusCode());
        }
        return new Resource(body, answer.headers().firstValue("content-type").orElse(null));
    }

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        HttpRequest.Builder asked = HttpRequest.newBuilder(request.getURI());
        request.getHeaderMap().forEach((name, values) -> values.forEach(value -> asked.header(name, value)));
        String sent = request.getBody();
        asked.method(
                request.getMethod().name(), sent == null ? BodyPublishers.noBody() : BodyPublishers.ofString(sent));
        HttpResponse<InputStream> answer = send(asked);
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

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the provider", e);
        }
    }

    private static String body(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream in = answer.body()) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(answer.uri() + " answers more than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
