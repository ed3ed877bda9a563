package io.sluice.benchmarks.gateway;

import io.sluice.certs.DevIdentity;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** FHIR resources of one's own, again and again: each post is a new event, as it comes with another key. Thread-safe. */
final class Resources implements Posts {
    private final List<byte[]> resources;
    private final AtomicInteger next = new AtomicInteger();

    /** @param resources at least one, each on one line */
    Resources(List<byte[]> resources) {
        this.resources = List.copyOf(resources);
    }

    @Override
    public DevIdentity producer() {
        return DevIdentity.ST_ELSEWHERE;
    }

    @Override
    public String path() {
        return "/v1/datasets/fhir/events";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Sluice-Purpose", "treatment");
    }

    @Override
    public String single() {
        return "application/fhir+json";
    }

    @Override
    public byte[] lines(int events) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int i = 0; i < events; i++) {
            lines.writeBytes(resources.get(Math.floorMod(next.getAndIncrement(), resources.size())));
            lines.write('\n');
        }
        return lines.toByteArray();
    }
}
