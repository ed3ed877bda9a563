package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** FHIR R4 Observations of a patient: vital signs and laboratory values with LOINC codes, within plausible ranges. */
final class Observations {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String LOINC = "http://loinc.org";
    private static final String UCUM = "http://unitsofmeasure.org";

    private record Measure(String category, String code, String name, String unit, double least, double most) {}

    private static final List<Measure> MEASURES = List.of(
            new Measure("vital-signs", "8302-2", "Body Height", "cm", 148, 199),
            new Measure("vital-signs", "29463-7", "Body Weight", "kg", 45, 120),
            new Measure("vital-signs", "8867-4", "Heart rate", "/min", 52, 110),
            new Measure("vital-signs", "8310-5", "Body temperature", "Cel", 36.1, 39.4),
            new Measure("laboratory", "2339-0", "Glucose", "mg/dL", 65, 180),
            new Measure("laboratory", "4548-4", "Hemoglobin A1c", "%", 4.6, 9.8),
            new Measure("laboratory", "2093-3", "Total Cholesterol", "mg/dL", 120, 290),
            new Measure("laboratory", "38483-4", "Creatinine", "mg/dL", 0.5, 2.1));

    private Observations() {}

    static ObjectNode draw(Patient patient, Draw draw, Instant now) {
        ObjectNode observation = JSON.objectNode();
        String taken = now.minus(draw.between(60, 3 * 365 * 24 * 60), ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        observation.put("resourceType", "Observation").put("id", draw.uuid().toString());
        observation.put("status", draw.chance(0.9) ? "final" : "preliminary");
        boolean pressure = draw.chance(0.15);
        Measure measure = draw.pick(MEASURES);
        coding(
                observation.putArray("category").addObject(),
                "http://terminology.hl7.org/CodeSystem/observation-category",
                pressure ? "vital-signs" : measure.category(),
                null);
        observation.putObject("subject").put("reference", "Patient/" + patient.id());
        observation.putObject("encounter").put("reference", "Encounter/" + draw.uuid());
        observation.put("effectiveDateTime", taken).put("issued", taken);
        if (pressure) {
            code(observation, "85354-9", "Blood Pressure");
            var components = observation.putArray("component");
            component(components.addObject(), "8480-6", "Systolic Blood Pressure", draw.between(95, 175));
            component(components.addObject(), "8462-4", "Diastolic Blood Pressure", draw.between(55, 110));
        } else {
            code(observation, measure.code(), measure.name());
            quantity(observation, draw.decimal(measure.least(), measure.most(), 1), measure.unit());
        }
        if (draw.chance(0.2)) {
            observation
                    .putArray("note")
                    .addObject()
                    .put("text", patient.given() + " " + patient.family() + " was asked to come again in two weeks.");
        }
        return observation;
    }

    private static void component(ObjectNode component, String code, String name, int value) {
        code(component, code, name);
        quantity(component, java.math.BigDecimal.valueOf(value), "mm[Hg]");
    }

    private static void code(ObjectNode owner, String code, String name) {
        ObjectNode concept = owner.putObject("code");
        coding(concept, LOINC, code, name);
        concept.put("text", name);
    }

    private static void coding(
            ObjectNode concept, String system, String code, @org.jspecify.annotations.Nullable String display) {
        ObjectNode coding =
                concept.putArray("coding").addObject().put("system", system).put("code", code);
        if (display != null) {
            coding.put("display", display);
        }
    }

    private static void quantity(ObjectNode owner, java.math.BigDecimal value, String unit) {
        owner.putObject("valueQuantity")
                .put("value", value)
                .put("unit", unit)
                .put("system", UCUM)
                .put("code", unit);
    }
}
