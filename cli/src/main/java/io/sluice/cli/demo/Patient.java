package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.UUID;

/**
 * An invented patient of St. Elsewhere, and the FHIR R4 resource that describes them, with the US Core extensions. Some are
 * older than 89 and some live where few do: there Safe Harbor has more to say (45 CFR 164.514(b)(2)(i)(B), (C)).
 *
 * @param id the resource's id
 * @param given first name
 * @param family family name
 * @param female administrative gender
 * @param birthDate date of birth
 * @param town where they live
 */
record Patient(UUID id, String given, String family, boolean female, LocalDate birthDate, Words.AmericanTown town) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/";
    private static final LocalDate OLDEST = LocalDate.of(1927, 1, 1);
    private static final LocalDate YOUNGEST = LocalDate.of(2024, 12, 31);

    static Patient draw(Draw draw) {
        boolean female = draw.chance(0.5);
        return new Patient(
                draw.uuid(),
                draw.pick(female ? Words.WOMEN : Words.MEN),
                draw.pick(Words.FAMILIES),
                female,
                draw.date(OLDEST, YOUNGEST),
                draw.pick(Words.TOWNS));
    }

    ObjectNode resource(Draw draw) {
        ObjectNode patient = JSON.objectNode();
        patient.put("resourceType", "Patient").put("id", id.toString()).put("active", true);
        patient.putObject("text")
                .put("status", "generated")
                .put("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + given + " " + family + "</div>");
        extensions(patient.putArray("extension"), draw);
        identifiers(patient.putArray("identifier"), draw);
        ObjectNode name = patient.putArray("name").addObject();
        name.put("use", "official").put("family", family);
        name.putArray("given").add(given);
        name.putArray("prefix").add(female ? "Ms." : "Mr.");
        ArrayNode telecom = patient.putArray("telecom");
        telecom.addObject()
                .put("system", "phone")
                .put("value", "555-" + draw.digits(3) + "-" + draw.digits(4))
                .put("use", "home");
        telecom.addObject().put("system", "email").put("value", mail(given, family));
        patient.put("gender", female ? "female" : "male").put("birthDate", birthDate.toString());
        ObjectNode address = patient.putArray("address").addObject();
        address.putArray("line").add(draw.between(1, 990) + " " + draw.pick(Words.STREETS) + " Street");
        address.put("city", town.city())
                .put("state", town.state())
                .put("postalCode", town.zip3() + draw.digits(2))
                .put("country", "US");
        patient.putArray("communication")
                .addObject()
                .putObject("language")
                .putArray("coding")
                .addObject()
                .put("system", "urn:ietf:bcp:47")
                .put("code", "en-US")
                .put("display", "English");
        return patient;
    }

    static String mail(String given, String family) {
        return (given + "." + family).toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z.]", "") + "@mail.example";
    }

    private void extensions(ArrayNode extensions, Draw draw) {
        ObjectNode race = extensions.addObject().put("url", US_CORE + "us-core-race");
        ObjectNode category = race.putArray("extension").addObject().put("url", "ombCategory");
        boolean white = draw.chance(0.6);
        category.putObject("valueCoding")
                .put("system", "urn:oid:2.16.840.1.113883.6.238")
                .put("code", white ? "2106-3" : "2054-5")
                .put("display", white ? "White" : "Black or African American");
        extensions.addObject().put("url", US_CORE + "us-core-birthsex").put("valueCode", female ? "F" : "M");
        extensions
                .addObject()
                .put("url", "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName")
                .put("valueString", draw.pick(Words.WOMEN) + " " + draw.pick(Words.FAMILIES));
    }

    private void identifiers(ArrayNode identifiers, Draw draw) {
        identifier(identifiers, "MR", "Medical Record Number", "http://hospital.st-elsewhere.example", id.toString());
        // 9xx numbers are never issued: these belong to nobody.
        String ssn = "999-" + draw.digits(2) + "-" + draw.digits(4);
        identifier(identifiers, "SS", "Social Security Number", "http://hl7.org/fhir/sid/us-ssn", ssn);
        if (draw.chance(0.7)) {
            identifier(
                    identifiers, "DL", "Driver's License", "urn:oid:2.16.840.1.113883.4.3.25", "S999" + draw.digits(5));
        }
    }

    private static void identifier(ArrayNode identifiers, String code, String display, String system, String value) {
        ObjectNode identifier = identifiers.addObject();
        ObjectNode type = identifier.putObject("type");
        type.putArray("coding")
                .addObject()
                .put("system", "http://terminology.hl7.org/CodeSystem/v2-0203")
                .put("code", code)
                .put("display", display);
        type.put("text", display);
        identifier.put("system", system).put("value", value);
    }
}
