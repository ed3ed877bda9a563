package io.sluice.protection.transform;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.text.Identifier;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.text.TextLimits;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes protection plans: {@link #read} scans a payload once, then {@link #protect} writes one recipient's view after
 * the other from that scan.
 *
 * <p>Guarantee (P1, P6): a view holds only what a pattern of its plan covers, transformed as its rule says, where several
 * match by the most specific, where those tie by the strictest. A transform that fails fails the view. Whatever the bytes
 * of a payload, no method throws. It does not guarantee anything about what a rule lets through.
 *
 * <p>Confined to one thread, as are the plans that it compiles.
 */
public final class Protector {
    private static final Logger LOG = LoggerFactory.getLogger(Protector.class);

    private final String tenant;
    private final KeyRing ring;
    private final boolean fpe;
    private final ViewLimits limits;
    private final MemberNames names = new MemberNames();
    private final JsonTape tape;
    private final ViewExecution execution;

    /** One that refuses {@code tokenise-fpe}. */
    public Protector(String tenant, KeyRing ring, SecureRandom random, ViewLimits limits) {
        this(tenant, ring, random, limits, false);
    }

    /**
     * @param ring the keys of the {@code fields} keystore
     * @param fpe whether the deployment has switched {@code tokenise-fpe} on; plans that ask for it are refused otherwise
     */
    public Protector(String tenant, KeyRing ring, SecureRandom random, ViewLimits limits, boolean fpe) {
        this.fpe = fpe;
        this.tenant = tenant;
        this.ring = ring;
        this.limits = limits;
        this.tape = new JsonTape(limits.maxValues(), names);
        this.execution = new ViewExecution(tape, random, limits);
    }

    /**
     * Makes a plan ready. Costs some milliseconds and is to be kept by the plan's digest.
     *
     * @throws PlanRefusedException where the plan asks for what this build cannot perform
     */
    public CompiledPlan compile(ProtectionPlan plan) throws PlanRefusedException {
        return new CompiledPlan(plan, tenant, ring, fpe, names);
    }

    /**
     * Finds out where the records of a dataset say who somebody is. To be kept by dataset and rulebook.
     *
     * @param classes the taxonomy of the rulebook, by id
     * @throws PlanRefusedException where the catalog's patterns cannot be executed
     */
    public IdentifierFields identifierFields(Dataset dataset, Map<String, DataClass> classes)
            throws PlanRefusedException {
        return new IdentifierFields(dataset, classes, limits.maxElementBytes(), names);
    }

    /** The identifiers in the payload read last. */
    public RecordIdentifiers identifiers(IdentifierFields fields) {
        List<Identifier> subject = new ArrayList<>();
        List<Identifier> all = new ArrayList<>();
        if (!tape.isEmpty()) {
            tape.number();
            fields.collect(tape, subject, all);
        }
        return new RecordIdentifiers(
                Identifiers.of(subject, TextLimits.DEFAULT), Identifiers.of(all, TextLimits.DEFAULT));
    }

    /** Scans the payload that the next views are of. False where it is not valid JSON within the limits. */
    public boolean read(byte[] payload) {
        if (payload.length > limits.maxPayloadBytes()) {
            tape.clear();
            return false;
        }
        return tape.read(payload);
    }

    /** Writes the view of the payload read last. Without one it answers {@code PAYLOAD_INVALID}. */
    public View protect(CompiledPlan plan, RecordContext context) {
        if (tape.isEmpty()) {
            return new View.Failed(ReasonCode.PAYLOAD_INVALID);
        }
        try {
            tape.number();
            return execution.run(plan, context);
        } catch (RuntimeException e) {
            // Fail closed. Only the kind of the exception is logged: its message might quote a value.
            LOG.error(
                    "a view failed dataset={} exception={}",
                    plan.plan().dataset(),
                    e.getClass().getName());
            return new View.Failed(ReasonCode.TRANSFORM_FAILED);
        }
    }

    /** Forgets the payload read last. */
    public void clear() {
        tape.clear();
    }
}
