package io.sluice.gateway.admit;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.encoding.Names;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.policies.evaluate.DatasetGroup;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the policy whether a producer may send. Names that the rulebook does not know are refused before the policy is
 * asked, so that no caller can fill the decision cache. Thread-safe.
 */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private Admission() {}

    /**
     * What was admitted.
     *
     * @param dataset the dataset
     * @param purpose the collection purpose in force
     */
    public record Admitted(Dataset dataset, String purpose) {}

    /**
     * The dataset behind an address: the address itself, or for a group the one that a member of the payload names.
     *
     * @throws RefusedException {@code dataset-unknown}
     */
    public static String datasetOf(InForce policy, String address, JsonNode payload) {
        DatasetGroup group = Names.isId(address) ? policy.group(address).orElse(null) : null;
        if (group == null) {
            return address;
        }
        JsonNode member = payload.at(Pointers.of(group.at()));
        return Optional.ofNullable(member.textValue())
                .flatMap(group::datasetOf)
                .orElseThrow(() -> new RefusedException(new Problem(
                        ProblemCode.DATASET_UNKNOWN,
                        "The member at the pointer names no dataset of this group; see the rulebook's catalog/.",
                        group.at(),
                        null,
                        List.of())));
    }

    /**
     * Admits an event.
     *
     * @throws RefusedException {@code dataset-unknown}, {@code dataset-not-granted}, {@code purpose-not-granted}, {@code
     *     purpose-required}, {@code denied}, {@code policy-unavailable}
     */
    public static Admitted event(InForce policy, Producer producer, String dataset, @Nullable String purpose) {
        Dataset known = Names.isId(dataset) ? policy.rulebook().datasets().get(dataset) : null;
        if (known == null) {
            throw refused("dataset-unknown");
        }
        if (purpose != null && !policy.rulebook().purposes().containsKey(purpose)) {
            throw refused("purpose-not-granted");
        }
        AdmissionDecision decision = ask(policy, new AdmissionInput(producer.id(), dataset, purpose, null));
        String granted = decision.purpose();
        if (!decision.allow()) {
            throw refused(decision.code());
        }
        if (granted == null || !policy.rulebook().purposes().containsKey(granted)) {
            throw refused("denied"); // an allowance without a declared purpose is none
        }
        return new Admitted(known, granted);
    }

    /**
     * Admits a choice.
     *
     * @throws RefusedException {@code choices-not-granted}, {@code denied}, {@code policy-unavailable}
     */
    public static void choice(InForce policy, Producer producer, String controller) {
        if (!policy.rulebook().controllers().containsKey(controller)) {
            throw refused("choices-not-granted");
        }
        AdmissionDecision decision = ask(policy, new AdmissionInput(producer.id(), null, null, controller));
        if (!decision.allow()) {
            throw refused(decision.code());
        }
    }

    private static AdmissionDecision ask(InForce policy, AdmissionInput input) {
        try {
            return policy.admit(input);
        } catch (PolicyUnavailableException e) {
            LOG.atWarn()
                    .addKeyValue("activation", policy.activation())
                    .addKeyValue("reason", e.getMessage()) // names engine, server and revision
                    .log("The policy engine is not reached; the request is refused");
            throw RefusedException.of(
                    ProblemCode.POLICY_UNAVAILABLE, "The policy could not be asked. Repeat the request later.");
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("activation", policy.activation())
                    .addKeyValue("fault", e.getClass().getName())
                    .log("The policy could not be asked; the request is refused");
            throw RefusedException.of(
                    ProblemCode.POLICY_UNAVAILABLE, "The policy could not be asked. Repeat the request later.");
        }
    }

    private static RefusedException refused(@Nullable String code) {
        return switch (code == null ? "denied" : code) {
            case "dataset-unknown" ->
                RefusedException.of(
                        ProblemCode.DATASET_UNKNOWN,
                        "The rulebook has no dataset of this name; see its catalog/ for the names.");
            case "dataset-not-granted" ->
                RefusedException.of(
                        ProblemCode.DATASET_NOT_GRANTED,
                        "Your producer file does not list this dataset; ask the gateway's officers to grant it.");
            case "purpose-not-granted" ->
                RefusedException.of(
                        ProblemCode.PURPOSE_NOT_GRANTED,
                        "Sluice-Purpose names a purpose that your producer file does not grant for this dataset.");
            case "purpose-required" ->
                RefusedException.of(
                        ProblemCode.PURPOSE_REQUIRED,
                        "You hold several collection purposes for this dataset; name one in the Sluice-Purpose header.");
            case "choices-not-granted" ->
                RefusedException.of(
                        ProblemCode.CHOICES_NOT_GRANTED,
                        "Your producer file does not list this controller; ask the gateway's officers to grant it.");
            default ->
                RefusedException.of(
                        ProblemCode.DENIED, "The policy in force does not admit this; ask the gateway's officers.");
        };
    }
}
