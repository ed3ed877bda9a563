package io.sluice.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.certs.DevIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The generated day of a hospital, a laboratory and a shop: patients and their observations, orders with customers who
 * consent to the newsletter and take it back, a repeat of a request whose answer got lost, and a few mistakes that the
 * gateway refuses. The same seed and day give the same posts.
 */
final class DemoEvents {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String FHIR = "application/fhir+json";
    private static final String NEWSLETTER = "newsletter";
    private static final String CONSENT_TEXT = "newsletter-2026-02";

    private final Draw draw;
    private final Instant now;
    private final List<Post> posts = new ArrayList<>();
    private final int target;
    private int events;

    private DemoEvents(long seed, int target, Instant now) {
        this.draw = new Draw(seed);
        this.target = target;
        this.now = now;
    }

    /** Posts with this many events among them; choices come on top. */
    static List<Post> generate(long seed, int events, Instant now) {
        DemoEvents demo = new DemoEvents(seed, events, now);
        while (demo.events < events) {
            demo.household();
        }
        return List.copyOf(demo.posts);
    }

    /** About twenty events. */
    private void household() {
        Draw own = draw.split();
        patient(own);
        customer(own);
        if (own.chance(0.5)) {
            mistake(own);
        }
    }

    private void patient(Draw own) {
        Patient patient = Patient.draw(own);
        ObjectNode resource = patient.resource(own);
        fhir(DevIdentity.ST_ELSEWHERE, "fhir-patient", resource);
        for (int i = own.between(4, 12); i > 0; i--) {
            ObjectNode observation = Observations.draw(patient, own, now);
            boolean laboratory = "laboratory"
                    .equals(observation.at("/category/0/coding/0/code").textValue());
            fhir(laboratory ? DevIdentity.LAB : DevIdentity.ST_ELSEWHERE, "fhir-observation", observation);
        }
        if (own.chance(0.2)) {
            fhir(DevIdentity.ST_ELSEWHERE, "fhir-patient", resource); // the sender did not see the answer
        }
    }

    private void customer(Draw own) {
        Customer customer = Customer.draw(own);
        boolean consents = own.chance(0.6);
        orders(customer, own, 1, 3);
        if (consents) {
            choice(customer, "consent", own);
            orders(customer, own, 1, 4);
            if (own.chance(0.5)) {
                choice(customer, "withdrawal", own);
                orders(customer, own, 1, 3);
            }
        }
    }

    private void orders(Customer customer, Draw own, int least, int most) {
        for (int i = own.between(least, most); i > 0; i--) {
            ObjectNode order = customer.order(own, now);
            cloudEvent(order, customer.id(), own.chance(0.5));
        }
    }

    private void fhir(DevIdentity sender, String dataset, ObjectNode resource) {
        String id = resource.path("id").textValue();
        String lane = "patient/"
                + (resource.has("subject") ? resource.at("/subject/reference").textValue() : id);
        event(
                sender,
                dataset,
                id,
                lane,
                Map.of("Content-Type", FHIR, "Idempotency-Key", id, "Sluice-Purpose", "treatment"),
                bytes(resource));
    }

    private void cloudEvent(ObjectNode order, String customer, boolean structured) {
        String id = order.path("id").textValue();
        String lane = "customer/" + customer;
        if (structured) {
            ObjectNode envelope = JSON.objectNode();
            envelope.put("specversion", "1.0")
                    .put("id", id)
                    .put("source", "https://shop.example/orders")
                    .put("type", "example.shop.order.placed")
                    .put("time", now.toString())
                    .put("datacontenttype", "application/json");
            envelope.set("data", order);
            Map<String, String> headers = Map.of("Content-Type", "application/cloudevents+json");
            event(DevIdentity.WEBSHOP, "orders", id, lane, headers, bytes(envelope));
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("ce-specversion", "1.0");
        headers.put("ce-id", id);
        headers.put("ce-source", "https://shop.example/orders");
        headers.put("ce-type", "example.shop.order.placed");
        headers.put("ce-time", now.toString());
        event(DevIdentity.WEBSHOP, "orders", id, lane, headers, bytes(order));
    }

    private void choice(Customer customer, String kind, Draw own) {
        ObjectNode choice = JSON.objectNode();
        choice.put("controller", "webshop-eu").put("scheme", "customer").put("subject", customer.id());
        choice.put("kind", kind).putArray("purposes").add(NEWSLETTER);
        if (kind.equals("consent")) {
            choice.put("textVersion", CONSENT_TEXT);
        }
        String id = own.uuid().toString();
        posts.add(new Post(
                Post.Kind.CHOICE,
                DevIdentity.WEBSHOP,
                "/v1/subjects/choices",
                id,
                "customer/" + customer.id(),
                Map.of("Content-Type", "application/json", "Idempotency-Key", id),
                bytes(choice)));
    }

    /** What happens in real life, and what is not let in. */
    private void mistake(Draw own) {
        Customer customer = Customer.draw(own);
        ObjectNode order = customer.order(own, now);
        String id = order.path("id").textValue();
        Map<String, String> json = Map.of("Content-Type", "application/json", "Idempotency-Key", id);
        String lane = "customer/" + customer.id();
        switch (own.below(4)) {
            case 0 -> event(DevIdentity.WEBSHOP, "returns", id, lane, json, bytes(order)); // no such dataset
            case 1 -> event(DevIdentity.LAB, "orders", id, lane, json, bytes(order)); // not granted to the laboratory
            case 2 -> {
                order.remove("customer");
                event(DevIdentity.WEBSHOP, "orders", id, lane, json, bytes(order)); // nobody's order
            }
            default -> {
                byte[] cut = java.util.Arrays.copyOf(bytes(order), 40);
                event(DevIdentity.WEBSHOP, "orders", id, lane, json, cut);
            }
        }
    }

    private void event(
            DevIdentity sender, String dataset, String id, String lane, Map<String, String> headers, byte[] body) {
        if (events < target) {
            posts.add(new Post(Post.Kind.EVENT, sender, Post.eventsPath(dataset), id, lane, headers, body));
            events++;
        }
    }

    static byte[] bytes(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree always has a JSON form", e);
        }
    }
}
