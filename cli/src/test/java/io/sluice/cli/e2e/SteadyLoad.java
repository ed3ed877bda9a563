package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.client.Answer;
import io.sluice.cli.client.ClientException;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.client.IngestClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A hospital that posts patients to several gateways, single ones and batches, two requests at a time to each; as many as it
 * is told to, and none is repeated. Thread-safe.
 */
final class SteadyLoad {
    private static final int BATCH = 5;

    private final Map<String, Sender> senders = new TreeMap<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /** @param gateways their data ports, by name */
    SteadyLoad(PkiFiles pki, Map<String, URI> gateways) {
        PemIdentity hospital = pki.identity(DevIdentity.ST_ELSEWHERE);
        gateways.forEach((name, address) -> senders.put(
                name,
                new Sender(
                        name,
                        new IngestClient(
                                address,
                                new ClientIdentity(hospital.chain(), hospital.key(), pki.trust()),
                                Duration.ZERO))));
        senders.values().forEach(sender -> sender.threads.forEach(Thread::start));
    }

    /** One more request to each. */
    void more() {
        senders.values().forEach(sender -> sender.requests.release());
    }

    /** Waits for what is under way and sends no more. A second call does nothing. */
    void stop() {
        stopped = true;
        for (Sender sender : senders.values()) {
            sender.requests.release(sender.threads.size());
            for (Thread thread : sender.threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    Set<String> gateways() {
        return senders.keySet();
    }

    /** Where a gateway put what it acknowledged, in the order of partition and offset. */
    List<String> positions(String gateway) {
        Sender sender = senders.get(gateway);
        if (sender == null) {
            throw new IllegalArgumentException("no gateway " + gateway);
        }
        return List.copyOf(sender.positions);
    }

    /** What was not acknowledged, and why. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    private final class Sender {
        private final String name;
        private final IngestClient client;
        private final Semaphore requests = new Semaphore(0);
        private final AtomicInteger next = new AtomicInteger();
        private final List<String> positions = new CopyOnWriteArrayList<>();
        private final List<Thread> threads;

        private Sender(String name, IngestClient client) {
            this.name = name;
            this.client = client;
            this.threads = IntStream.range(0, 2)
                    .mapToObj(i -> new Thread(this::run, "load-" + name + "-" + i))
                    .toList();
        }

        private void run() {
            try {
                for (requests.acquire(); !stopped; requests.acquire()) {
                    int number = next.getAndIncrement();
                    if (number % 3 == 0) {
                        single(name + "-" + number);
                    } else {
                        batch(name + "-" + number);
                    }
                }
            } catch (InterruptedException | ClientException e) {
                refused.add(name + ": " + e);
            }
        }

        private void single(String id) throws InterruptedException {
            Answer answer = post(id, "application/fhir+json", patient(id));
            if (answer.accepted()) {
                positions.add(answer.json().path("position").asText());
            } else {
                refused.add(answer.body());
            }
        }

        private void batch(String id) throws InterruptedException {
            Answer answer = post(
                    id,
                    "application/x-ndjson",
                    IntStream.range(0, BATCH)
                            .mapToObj(i -> patient(id + "-" + i))
                            .collect(Collectors.joining("\n")));
            if (answer.accepted()) {
                for (JsonNode event : answer.json().path("events")) {
                    positions.add(event.path("position").asText());
                }
            } else {
                refused.add(answer.body());
            }
        }

        private Answer post(String key, String contentType, String body) throws InterruptedException {
            return client.post(
                    "/v1/datasets/fhir-patient/events",
                    Map.of("Content-Type", contentType, "Sluice-Purpose", "treatment", "Idempotency-Key", key),
                    body.getBytes(UTF_8));
        }
    }

    private static String patient(String id) {
        return ("{\"resourceType\": \"Patient\", \"id\": \"%s\", \"gender\": \"female\", \"birthDate\": \"1980-02-03\","
                        + " \"address\": [{\"city\": \"Boston\", \"state\": \"MA\", \"postalCode\": \"02118\", \"country\": \"US\"}]}")
                .formatted(id);
    }
}
