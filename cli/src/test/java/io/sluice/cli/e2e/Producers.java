package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.client.Answer;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.client.IngestClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The producers of a demo that runs, with their certificates, over mTLS. Thread-safe. */
public final class Producers {
    private final Map<DevIdentity, IngestClient> clients = new EnumMap<>(DevIdentity.class);

    /**
     * @param kept the demo's folder
     * @param patience how long a post is retried; zero for not at all
     */
    public Producers(Path kept, URI gateway, Duration patience) {
        PkiFiles pki = new PkiFiles(kept.resolve("certs"));
        for (DevIdentity sender : new DevIdentity[] {DevIdentity.ST_ELSEWHERE, DevIdentity.WEBSHOP}) {
            var files = pki.identity(sender);
            clients.put(
                    sender,
                    new IngestClient(gateway, new ClientIdentity(files.chain(), files.key(), pki.trust()), patience));
        }
    }

    public Answer patient(String id, String gender) throws InterruptedException {
        return post(
                DevIdentity.ST_ELSEWHERE,
                "/v1/datasets/fhir-patient/events",
                Map.of("Content-Type", "application/fhir+json", "Sluice-Purpose", "treatment", "Idempotency-Key", id),
                """
                {"resourceType": "Patient", "id": "%s", "gender": "%s", "birthDate": "1980-02-03",
                 "name": [{"family": "Brannigan-%s", "given": ["Zapp"]}],
                 "address": [{"line": ["1 Nimbus Way"], "city": "Boston", "state": "MA", "postalCode": "02118",
                              "country": "US"}]}""".formatted(id, gender, id));
    }

    Answer order(String id, String customer, String title) throws InterruptedException {
        return post(
                DevIdentity.WEBSHOP,
                "/v1/datasets/orders/events",
                Map.of("Content-Type", "application/json", "Idempotency-Key", id),
                """
                {"id": "%s", "placedAt": "2026-03-01T10:00:00Z", "channel": "web", "currency": "EUR", "total": 12,
                 "customer": {"id": "%s", "name": "Kari Nordmann", "email": "%s@mail.example",
                              "address": {"street": "Storgata 1", "city": "Oslo", "postalCode": "0155", "country": "NO"}},
                 "lines": [{"sku": "BK-1", "title": "%s", "category": "books", "quantity": 1, "price": 12}]}""".formatted(id, customer, customer.toLowerCase(java.util.Locale.ROOT), title));
    }

    Answer choice(String customer, String kind) throws InterruptedException {
        String text = kind.equals("consent") ? ", \"textVersion\": \"newsletter-2026-02\"" : "";
        return post(
                DevIdentity.WEBSHOP, "/v1/subjects/choices", Map.of("Content-Type", "application/json"), """
                {"controller": "webshop-eu", "scheme": "customer", "subject": "%s", "kind": "%s",
                 "purposes": ["newsletter"]%s}""".formatted(
                                customer, kind, text));
    }

    /** Of an answer that the event was taken. */
    static void accepted(Answer answer) {
        assertThat(answer.accepted()).as(answer.body()).isTrue();
    }

    private Answer post(DevIdentity sender, String path, Map<String, String> headers, String body)
            throws InterruptedException {
        IngestClient client = clients.get(sender);
        if (client == null) {
            throw new IllegalStateException("Every sender has a client");
        }
        return client.post(path, new HashMap<>(headers), body.getBytes(StandardCharsets.UTF_8));
    }
}
