package io.sluice.protection.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Headers;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Events and records that the tests of the seal share. */
final class SealFixtures {
    static final String TENANT = "dev";

    private SealFixtures() {}

    static Tags tags() {
        return new Tags(
                "e1_mjqxgzjanfzsaylomqqhg2lnob",
                "urn:sluice:dev:gateway",
                Tags.EVENT_TYPE,
                "fhir-observation",
                "st-elsewhere",
                "treatment",
                new SubjectRef("s1_aebagbafaydqqcikbmga2dqpca"),
                "us-ma",
                Instant.parse("2026-11-23T09:30:00.123456Z"),
                7,
                new TreeMap<>(Map.of("code", "8302-2", "status", "final")));
    }

    static Tags withoutSubject() {
        Tags t = tags();
        return new Tags(
                t.id(),
                t.source(),
                t.type(),
                t.dataset(),
                t.producer(),
                t.purpose(),
                null,
                null,
                t.received(),
                t.activation(),
                new TreeMap<>());
    }

    static ClientEvent event() {
        return new ClientEvent(
                "obs-1",
                "https://st-elsewhere.example/ehr",
                "org.hl7.fhir.observation",
                "Patient/9ceb9c47",
                "2026-11-23T09:29:59+01:00",
                "application/fhir+json",
                new TreeMap<>(Map.of("traceparent", "00-ab-cd-01")),
                "{\"resourceType\":\"Observation\",\"note\":\"Ordóñez\"}".getBytes(UTF_8));
    }

    static List<Header> headers(SealedEvent sealed) {
        return new ArrayList<>(sealed.headers());
    }

    /** The {@code sluice-seal} header of a record. */
    static byte[] seal(SealedEvent sealed) {
        return sealed.headers().stream()
                .filter(header -> header.name().equals(Headers.SEAL))
                .findFirst()
                .orElseThrow()
                .required();
    }
}
