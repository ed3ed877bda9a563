package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The certified OpenID provider of the audit module's tests, as a process, and how a program and a browser go through it. */
final class OidcProvider implements AutoCloseable {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final Path MODULES = HOME.resolve(".sluice/tools/oidc/node_modules");

    private final Process process;
    private final String issuer;

    private OidcProvider(Process process, String issuer) {
        this.process = process;
        this.issuer = issuer;
    }

    static boolean isInstalled() {
        return Files.exists(MODULES.resolve("oidc-provider/package.json"));
    }

    /** Starts it. @param redirect where it sends browsers back to */
    static OidcProvider start(Path output, String redirect) throws IOException {
        Process process = new ProcessBuilder(
                        "node",
                        HOME.resolve("audit/src/test/resources/oidc/provider.mjs")
                                .toString(),
                        MODULES.toString(),
                        redirect)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Matcher ready = Pattern.compile("ready (\\d+)").matcher("");
        Awaitility.await("the provider is ready")
                .atMost(Duration.ofMinutes(1))
                .until(() -> ready.reset(Files.readString(output)).find());
        return new OidcProvider(process, "http://127.0.0.1:" + ready.group(1));
    }

    String issuer() {
        return issuer;
    }

    /** An access token of a program in the auditors' group. */
    String token() throws Exception {
        String secret =
                Base64.getEncoder().encodeToString("auditor-program:program-secret".getBytes(StandardCharsets.UTF_8));
        HttpRequest asked = HttpRequest.newBuilder(URI.create(issuer + "/token"))
                .header("Authorization", "Basic " + secret)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=read&resource=urn:test:sluice-audit"))
                .build();
        String answer =
                HttpClient.newHttpClient().send(asked, BodyHandlers.ofString()).body();
        return new ObjectMapper().readTree(answer).path("access_token").asText();
    }

    /** The provider's pages, as a browser with cookies goes through them; the console's answer at their end. */
    static HttpResponse<String> signIn(HttpClient browser, URI start, String name) throws Exception {
        HttpResponse<String> page = get(browser, start);
        for (int step = 0; step < 12; step++) {
            Optional<String> location = page.headers().firstValue("location");
            if (location.isPresent()) {
                URI next = page.uri().resolve(location.get());
                page = get(browser, next);
                if (next.getPath().equals("/console/oidc/callback")) {
                    return page;
                }
            } else {
                Matcher form = Pattern.compile("action=\"([^\"]+)\"").matcher(page.body());
                Matcher prompt =
                        Pattern.compile("name=\"prompt\" value=\"([^\"]+)\"").matcher(page.body());
                assertThat(form.find() && prompt.find()).as(page.body()).isTrue();
                String fields = "login=" + name + "&password=x&prompt="
                        + URLEncoder.encode(prompt.group(1), StandardCharsets.UTF_8);
                page = browser.send(
                        HttpRequest.newBuilder(page.uri().resolve(form.group(1)))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(fields))
                                .build(),
                        BodyHandlers.ofString());
            }
        }
        throw new AssertionError("the provider does not end: " + page.uri());
    }

    private static HttpResponse<String> get(HttpClient browser, URI address) throws Exception {
        return browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
