package io.sluice.gateway.admit;

import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.evaluate.DatasetGroup;
import java.time.Instant;
import java.util.Optional;

/**
 * The activation that the gateway stamps now: what it knows and what it decides. All that is said of one event comes from
 * one of these: where a newer one overtakes it before it is sent, that one is asked everything anew (promise P9). A long
 * batch learns of a newer one between its events. Thread-safe.
 */
public interface InForce {
    /** The activation's number. */
    long activation();

    /** The revision that it puts in force. */
    long revision();

    /** When that ends. */
    Instant expires();

    /** Digest of its bundle: names the rulebook. */
    String bundle();

    /** The rulebook of its bundle. */
    Rulebook rulebook();

    /** Datasets behind one address, by the group's name. */
    Optional<DatasetGroup> group(String name);

    /**
     * What {@code sluice/admission} answers; undefined is a denial.
     *
     * @throws RuntimeException where it could not be asked; the request is refused
     */
    AdmissionDecision admit(AdmissionInput input);
}
