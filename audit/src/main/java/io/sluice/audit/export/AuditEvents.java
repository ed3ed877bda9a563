package io.sluice.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * HL7 FHIR R4 AuditEvents. A view of a FHIR record that was released is a disclosure after IHE Basic Audit Log Patterns (BALP,
 * profile PrivacyDisclosure.Source) where the record has a subject; everything else is a plain AuditEvent. The subject is a
 * reference by identifier, its keyed reference: no server has it as a resource.
 */
public final class AuditEvents implements EventForm {
    /** Media type of a stream of them. */
    public static final String MEDIA_TYPE = "application/fhir+ndjson";

    private static final String DISCLOSURE =
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source";
    private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final String ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
    private static final String LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
    private static final String ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private static final String SNOMED = "http://snomed.info/sct";
    private static final String ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    /** Purposes that HL7 has a code for (v3-ActReason, PurposeOfUse). */
    private static final Map<String, String> PURPOSES = Map.of(
            "treatment", "TREAT",
            "payment", "HPAYMT",
            "operations", "HOPERAT",
            "healthcare-operations", "HOPERAT",
            "research", "HRESCH",
            "public-health", "PUBHLTH",
            "marketing", "HMARKT",
            "emergency", "ETREAT",
            "emergency-treatment", "ETREAT");

    private static final String SUCCESS = "0";
    private static final String MINOR_FAILURE = "4";
    private static final String SERIOUS_FAILURE = "8";

    @Override
    public List<Map<String, Object>> events(String origin, long index, JsonNode entry, String sentence) {
        List<JsonNode> recipients = EventForm.recipients(entry);
        List<Map<String, Object>> events = new ArrayList<>();
        for (int i = 0; i < recipients.size(); i++) {
            events.add(view(event(origin, index, i, entry, sentence), entry, recipients.get(i)));
        }
        if (recipients.isEmpty()) {
            Map<String, Object> event = event(origin, index, 0, entry, sentence);
            events.add(text(entry, "type").equals(AuditEntry.ACT) ? act(event, entry) : undecided(event, entry));
        }
        return events;
    }

    /** What all events have. */
    private static Map<String, Object> event(String origin, long index, int number, JsonNode entry, String sentence) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("resourceType", "AuditEvent");
        event.put("id", "e" + index + "." + number);
        String recorded = text(entry, "recorded");
        if (recorded.isEmpty()) {
            event.put("_recorded", Map.of("extension", List.of(Map.of("url", ABSENT, "valueCode", "unknown"))));
        } else {
            event.put("recorded", recorded);
        }
        if (entry.has("time")) {
            event.put("period", Map.of("start", text(entry, "time")));
        }
        event.put("outcomeDesc", sentence);
        event.put("source", Map.of("site", origin, "observer", writer(entry)));
        List<Map<String, Object>> entities = new ArrayList<>();
        Map<String, Object> logged = new LinkedHashMap<>();
        logged.put("what", Map.of("identifier", identifier("entry", text(entry, "id"))));
        logged.put("type", coding(ENTITY_TYPE, "2", "System Object"));
        logged.put("role", coding(OBJECT_ROLE, "13", "Security Resource"));
        List<Map<String, Object>> details = new ArrayList<>();
        details.add(detail("log", origin));
        details.add(detail("log-index", Long.toString(index)));
        for (String name : List.of("dataset", "producer", "purpose", "event")) {
            if (entry.has(name)) {
                details.add(detail(name, text(entry, name)));
            }
        }
        for (String name : List.of("bundle", "revision", "activation", "applied")) {
            if (entry.path("policy").has(name)) {
                details.add(detail("policy-" + name, text(entry.path("policy"), name)));
            }
        }
        logged.put("detail", details);
        entities.add(logged);
        String subject = text(entry.path("subject"), "ref");
        if (!subject.isEmpty()) {
            entities.add(subject(entry, subject));
        }
        event.put("entity", entities);
        return event;
    }

    /** What one recipient got of a record, or did not. */
    private static Map<String, Object> view(Map<String, Object> event, JsonNode entry, JsonNode recipient) {
        String disposition = text(recipient, "disposition");
        boolean released = disposition.equals("release");
        boolean disclosure =
                released && isPatient(entry) && entry.path("subject").has("ref");
        if (disclosure) {
            event.put("meta", Map.of("profile", List.of(DISCLOSURE)));
        }
        event.put("type", released ? dicom("110106", "Export") : dicom("110113", "Security Alert"));
        List<Map<String, Object>> subtypes = new ArrayList<>();
        if (released) {
            subtypes.add(coding(LIFECYCLE, "disclose", "Disclose Record Lifecycle Event"));
        }
        subtypes.add(coding("urn:sluice:disposition", disposition, null));
        event.put("subtype", subtypes);
        event.put("action", released ? "R" : "E");
        event.put("outcome", released ? SUCCESS : disposition.equals("withhold") ? MINOR_FAILURE : SERIOUS_FAILURE);
        String purpose = text(recipient.path("legal"), "purpose");
        if (!purpose.isEmpty()) {
            event.put("purposeOfEvent", List.of(purpose(purpose)));
        }
        String id = text(recipient, "id");
        Map<String, Object> to = agent("110152", "Destination Role ID", named("recipient", id));
        to.put("network", topic(entry, "released." + id));
        if (!purpose.isEmpty()) {
            to.put("purposeOfUse", List.of(purpose(purpose)));
        }
        List<Map<String, Object>> agents = agents(entry, "released." + id);
        agents.add(1, to);
        event.put("agent", agents);
        List<Map<String, Object>> details = new ArrayList<>();
        for (String name : List.of("releasedId", "plan", "code", "undeclared")) {
            if (recipient.has(name)) {
                details.add(detail(name, text(recipient, name)));
            }
        }
        recipient
                .path("legal")
                .properties()
                .forEach(one -> details.add(
                        detail("legal-" + one.getKey(), one.getValue().asText(""))));
        recipient
                .path("reasons")
                .forEach(reason -> details.add(detail("rule", text(reason, "rule") + " " + text(reason, "clause"))));
        if (!details.isEmpty()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("what", Map.of("identifier", identifier("view", text(entry, "id") + "/" + id)));
            view.put("type", coding(ENTITY_TYPE, "2", "System Object"));
            view.put("role", coding(OBJECT_ROLE, "3", "Report"));
            view.put("detail", details);
            entities(event).add(view);
        }
        return event;
    }

    /** A record or choice that no recipient's view was decided of: a duplicate, one in quarantine, a choice. */
    private static Map<String, Object> undecided(Map<String, Object> event, JsonNode entry) {
        JsonNode outcome = entry.path("outcome");
        String code = text(outcome, "code");
        event.put("type", dicom("110107", "Import"));
        event.put("subtype", List.of(coding("urn:sluice:outcome", code.isEmpty() ? "unknown" : code, null)));
        event.put("action", "C");
        event.put(
                "outcome",
                code.equals("quarantined") ? SERIOUS_FAILURE : code.equals("duplicate") ? MINOR_FAILURE : SUCCESS);
        event.put("agent", agents(entry, "events.ingress"));
        if (outcome.has("reason")) {
            details(event).add(detail("reason", text(outcome, "reason")));
        }
        return event;
    }

    private static Map<String, Object> act(Map<String, Object> event, JsonNode entry) {
        String code = text(entry, "code");
        Deed deed = Deed.of(code);
        event.put("type", dicom(deed.type(), null));
        List<Map<String, Object>> subtypes = new ArrayList<>();
        if (!deed.subtype().isEmpty()) {
            subtypes.add(dicom(deed.subtype(), null));
        }
        subtypes.add(coding("urn:sluice:act", code.isEmpty() ? "unknown" : code, null));
        event.put("subtype", subtypes);
        event.put("action", String.valueOf(deed.action()));
        event.put("outcome", deed.failed() ? MINOR_FAILURE : SUCCESS);
        String actor = text(entry, "actor");
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("who", actor.isEmpty() ? writer(entry) : named("actor", actor));
        who.put("requestor", true);
        event.put("agent", List.of(who));
        return event;
    }

    /** Who had a part in a record: the writer, which is the source; the producer; who answers for the dataset. */
    private static List<Map<String, Object>> agents(JsonNode entry, String topic) {
        List<Map<String, Object>> agents = new ArrayList<>();
        Map<String, Object> source = agent("110153", "Source Role ID", writer(entry));
        source.put("network", topic(entry, topic));
        String bundle = text(entry.path("policy"), "bundle");
        if (!bundle.isEmpty()) {
            source.put("policy", List.of("urn:sluice:bundle:sha256:" + bundle));
        }
        agents.add(source);
        if (entry.has("producer")) {
            Map<String, Object> producer = new LinkedHashMap<>();
            producer.put("who", named("producer", text(entry, "producer")));
            producer.put("requestor", false);
            agents.add(producer);
        }
        if (entry.has("controller")) {
            Map<String, Object> custodian = new LinkedHashMap<>();
            custodian.put("type", Map.of("coding", List.of(coding(SNOMED, "159541003", null))));
            custodian.put("who", named("controller", text(entry, "controller")));
            custodian.put("requestor", false);
            agents.add(custodian);
        }
        return agents;
    }

    private static Map<String, Object> agent(String code, String display, Map<String, Object> who) {
        Map<String, Object> agent = new LinkedHashMap<>();
        agent.put("type", Map.of("coding", List.of(dicom(code, display))));
        agent.put("who", who);
        agent.put("requestor", false);
        return agent;
    }

    private static Map<String, Object> subject(JsonNode entry, String ref) {
        Map<String, Object> what = new LinkedHashMap<>();
        if (isPatient(entry)) {
            what.put("type", "Patient");
        }
        what.put("identifier", identifier("subject", ref));
        Map<String, Object> entity = new LinkedHashMap<>();
        entity.put("what", what);
        entity.put("type", coding(ENTITY_TYPE, "1", "Person"));
        if (isPatient(entry)) {
            entity.put("role", coding(OBJECT_ROLE, "1", "Patient"));
        }
        return entity;
    }

    /** Of datasets that are not FHIR's nobody knows whether a subject is a patient. */
    private static boolean isPatient(JsonNode entry) {
        return text(entry, "dataset").startsWith("fhir-");
    }

    private static Map<String, Object> writer(JsonNode entry) {
        String writer = text(entry, "writer");
        return named("writer", text(entry, "tenant") + "/" + (writer.isEmpty() ? "unknown" : writer));
    }

    private static Map<String, Object> named(String kind, String id) {
        return Map.of("identifier", identifier(kind, id), "display", id);
    }

    private static Map<String, Object> identifier(String kind, String value) {
        return Map.of("system", "urn:sluice:" + kind, "value", value);
    }

    /** Where it went by: what the deployment knows of a way; type 5 is a URI. */
    private static Map<String, Object> topic(JsonNode entry, String topic) {
        return Map.of("address", "urn:sluice:topic:" + text(entry, "tenant") + "." + topic, "type", "5");
    }

    private static Map<String, Object> purpose(String purpose) {
        Map<String, Object> concept = new LinkedHashMap<>();
        String code = PURPOSES.get(purpose);
        if (code != null) {
            concept.put("coding", List.of(coding(ACT_REASON, code, null)));
        }
        concept.put("text", purpose);
        return concept;
    }

    private static Map<String, Object> dicom(String code, @Nullable String display) {
        return coding(DICOM, code, display);
    }

    private static Map<String, Object> coding(String system, String code, @Nullable String display) {
        return display == null
                ? Map.of("system", system, "code", code)
                : Map.of("system", system, "code", code, "display", display);
    }

    private static Map<String, Object> detail(String type, String value) {
        return Map.of("type", type, "valueString", value.isBlank() ? "-" : value.strip());
    }

    @SuppressWarnings("unchecked") // put there by event()
    private static List<Map<String, Object>> entities(Map<String, Object> event) {
        return (List<Map<String, Object>>) Objects.requireNonNull(event.get("entity"), "entity is null");
    }

    @SuppressWarnings("unchecked") // put there by event()
    private static List<Map<String, Object>> details(Map<String, Object> event) {
        return (List<Map<String, Object>>)
                Objects.requireNonNull(entities(event).get(0).get("detail"), "detail is null");
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText("");
    }
}
