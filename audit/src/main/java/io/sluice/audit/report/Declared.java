package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.load.RulebookCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A rulebook as officers declared it, with what reports need of it beyond the model of the rooms. Immutable.
 */
public final class Declared {
    private final String name;
    private final Rulebook rulebook;
    private final SortedMap<String, Protection> protections;
    private final SortedMap<String, Profile> profiles;
    private final Map<String, Map<String, List<String>>> classes = new HashMap<>();

    /**
     * What is opened to a recipient.
     *
     * @param recipient its id
     * @param datasets of which datasets
     * @param profile the ceiling; null for none
     */
    record Protection(
            String recipient,
            Set<String> datasets,
            @Nullable String profile) {
        Protection {
            datasets = Set.copyOf(datasets);
        }
    }

    /**
     * A ceiling.
     *
     * @param clause of the law
     * @param deIdentifies whether what is under it is no personal data any more
     */
    record Profile(String clause, boolean deIdentifies) {}

    private Declared(
            String name,
            Rulebook rulebook,
            SortedMap<String, Protection> protections,
            SortedMap<String, Profile> profiles) {
        this.name = name;
        this.rulebook = rulebook;
        this.protections = protections;
        this.profiles = profiles;
        rulebook.datasets().forEach((id, dataset) -> classes.put(id, PolicyAtHand.classes(dataset)));
    }

    /**
     * Of the JSON form of a rulebook, as it stands in a bundle's data.
     *
     * @param name what it is called in a report: the digest of a bundle, or a folder
     */
    public static Declared of(String name, JsonNode rulebook) {
        SortedMap<String, Protection> protections = new TreeMap<>();
        rulebook.path("protections").properties().forEach(member -> {
            JsonNode json = member.getValue();
            Set<String> datasets = new TreeSet<>();
            json.path("datasets").forEach(dataset -> datasets.add(dataset.asText()));
            protections.put(
                    member.getKey(),
                    new Protection(
                            json.path("recipient").asText(),
                            datasets,
                            json.path("profile").isTextual()
                                    ? json.path("profile").textValue()
                                    : null));
        });
        SortedMap<String, Profile> profiles = new TreeMap<>();
        rulebook.path("profiles")
                .properties()
                .forEach(member -> profiles.put(
                        member.getKey(),
                        new Profile(
                                member.getValue().path("clause").asText(""),
                                member.getValue().path("de-identifies").asBoolean(false))));
        return new Declared(name, RulebookCodec.read(rulebook), protections, profiles);
    }

    /** Of a bundle's archive. @throws ReportRefusedException where it is none */
    public static Declared ofBundle(String name, byte[] bundle) {
        return PolicyAtHand.read(name, bundle);
    }

    String name() {
        return name;
    }

    Rulebook rulebook() {
        return rulebook;
    }

    SortedMap<String, Protection> protections() {
        return protections;
    }

    /** The profile that a protection is under; null where it has none or there is no such protection. */
    @Nullable
    Profile profileOf(String protection) {
        Protection found = protections.get(protection);
        return found == null || found.profile() == null ? null : profiles.get(found.profile());
    }

    /** Which recipients are declared to get which datasets: pairs joined by a blank. */
    Set<String> flows() {
        Set<String> flows = new TreeSet<>();
        protections
                .values()
                .forEach(protection ->
                        protection.datasets().forEach(dataset -> flows.add(dataset + " " + protection.recipient())));
        return flows;
    }

    List<String> classesOf(String dataset, String pattern) {
        return classes.getOrDefault(dataset, Map.of()).getOrDefault(pattern, List.of());
    }

    /** The dataset; null where the rulebook has none of that id. */
    @Nullable
    Dataset dataset(String id) {
        return rulebook.datasets().get(id);
    }

    /** Recipients, for messages. */
    List<String> recipients() {
        return new ArrayList<>(rulebook.recipients().keySet());
    }
}
