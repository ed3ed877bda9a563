package io.sluice.audit.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Chromium with one page, spoken to by its DevTools protocol. For one thread. */
final class Chromium implements AutoCloseable {
    private static final String AXE = axe();
    private static final String AXE_RUN = """
            axe.run({resultTypes: ['violations', 'passes'], rules: {'target-size': {enabled: true}}})
              .then(found => ({
                passes: found.passes.length,
                violations: found.violations
                  .flatMap(rule => rule.nodes.map(
                    node => `${rule.impact} ${rule.id} ${node.target} ${node.failureSummary}`))
                  .concat([...document.querySelectorAll('svg:not([aria-label])')].map(svg => `unnamed ${svg.outerHTML}`))
              }))""";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Process process;
    private final Path profile;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger loads = new AtomicInteger();
    private final List<String> complaints = new java.util.concurrent.CopyOnWriteArrayList<>();
    private final WebSocket socket;
    private int calls;
    private @Nullable String session;

    /** Where one is installed. */
    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it, with a profile of its own. */
    Chromium(Path binary) throws Exception {
        profile = Files.createTempDirectory("sluice-chromium");
        process = new ProcessBuilder(
                        binary.toString(),
                        "--headless",
                        "--no-sandbox", // tests may run as root
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-breakpad",
                        "--ignore-certificate-errors",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Path port = profile.resolve("DevToolsActivePort");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> Files.exists(port) && Files.readAllLines(port).size() == 2);
            List<String> lines = Files.readAllLines(port);
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), new Events())
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            String target = call("Target.createTarget", Map.of("url", "about:blank"))
                    .path("targetId")
                    .asText();
            session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                    .path("sessionId")
                    .asText();
            for (String domain : List.of("Page", "Log", "Runtime")) {
                call(domain + ".enable", Map.of());
            }
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    /** Goes to an address and waits until it is loaded. */
    void go(String address) throws Exception {
        int before = loads.get();
        call("Page.navigate", Map.of("url", address));
        Awaitility.await().atMost(LIMIT).until(() -> loads.get() > before);
    }

    /** The value of an expression of the page. */
    JsonNode value(String expression) throws Exception {
        return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
                .at("/result/value");
    }

    /**
     * What axe finds in the page as it is shown: rule and place. Its rules of WCAG 2.0 to 2.2, A and AA, and its best practices,
     * among them contrast, size of targets, names of links, buttons, fields and pictures, the order of headings, landmarks.
     */
    List<String> inaccessible() throws Exception {
        call("Runtime.evaluate", Map.of("expression", AXE));
        JsonNode found = call(
                        "Runtime.evaluate", Map.of("expression", AXE_RUN, "awaitPromise", true, "returnByValue", true))
                .at("/result/value");
        assertThat(found.path("passes").asInt())
                .as("rules that axe looked by: " + found)
                .isPositive();
        List<String> places = new ArrayList<>();
        found.path("violations").forEach(place -> places.add(place.asText()));
        return places;
    }

    private static String axe() {
        try (InputStream script = Chromium.class.getResourceAsStream("/axe.min.js")) {
            return new String(
                    Objects.requireNonNull(script, "axe is not on the class path")
                            .readAllBytes(),
                    UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A window of that width, light or dark. */
    void window(int width, String scheme) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Presses a key. */
    void press(String key) throws Exception {
        call("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "text", key));
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }

    /** The whole page as a picture. */
    void picture(Path file) throws Exception {
        JsonNode taken = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        Files.write(file, Base64.getDecoder().decode(taken.path("data").asText()));
    }

    /** What Chromium had to complain about: errors, and what the content security policy stopped. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private JsonNode call(String method, Map<String, Object> parameters) throws Exception {
        int id = ++calls;
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>(Map.of("id", id, "method", method, "params", parameters));
        if (session != null) {
            message.put("sessionId", session);
        }
        socket.sendText(MAPPER.writeValueAsString(message), true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        JsonNode answered = answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(answered.path("error").isMissingNode())
                .as(method + " " + answered)
                .isTrue();
        return answered.path("result");
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
        try (Stream<Path> paths = Files.walk(profile)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // What a process that was not ours to end still holds stays in the folder of temporary files.
        }
    }

    private final class Events implements WebSocket.Listener {
        private final List<CharSequence> parts = new ArrayList<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            parts.add(part.toString());
            if (last) {
                String text = String.join("", parts);
                parts.clear();
                take(text);
            }
            from.request(1);
            return null;
        }

        private void take(String text) {
            JsonNode message;
            try {
                message = MAPPER.readTree(text);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            CompletableFuture<JsonNode> answer =
                    message.has("id") ? waiting.remove(message.path("id").asInt()) : null;
            if (answer != null) {
                answer.complete(message);
                return;
            }
            switch (message.path("method").asText("")) {
                case "Page.loadEventFired" -> loads.incrementAndGet();
                case "Log.entryAdded" -> {
                    JsonNode entry = message.at("/params/entry");
                    if (!entry.path("level").asText().equals("info")
                            && !entry.path("level").asText().equals("verbose")) {
                        complaints.add(entry.path("source").asText() + ": "
                                + entry.path("text").asText());
                    }
                }
                case "Runtime.exceptionThrown" ->
                    complaints.add(message.at("/params/exceptionDetails").toString());
                default -> {} // nobody waits for it
            }
        }
    }
}
